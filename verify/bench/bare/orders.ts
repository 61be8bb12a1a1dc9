import {once} from 'node:events';
import {Agent, createServer, request as send, type IncomingMessage, type ServerResponse} from 'node:http';
import {json} from 'node:stream/consumers';
import {mongo} from 'mongoose';

type NewOrder = {userId: string; products: {productId: string; quantity: number; price: number}[]};

// orders with nothing but Node and MongoDB's driver; it calls users with Node's HTTP client.
const client = await mongo.MongoClient.connect(process.env['MONGO_URL'] ?? '');
const orders = client.db().collection('orders');
const agent = new Agent({keepAlive: true});

createServer((request, response) => void answer(request, response)).listen(process.env['PORT']);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const {userId, products} = (await json(request)) as NewOrder;
  if (!(await exists(userId))) return void response.writeHead(400).end();

  const total = products.reduce((sum, {quantity, price}) => sum + quantity * price, 0);
  const now = new Date();
  const order = {userId, products, total, status: 'pending', createdAt: now, updatedAt: now};
  const {insertedId} = await orders.insertOne({...order});
  response.writeHead(201, {'content-type': 'application/json'}).end(JSON.stringify({id: insertedId, ...order}));
}

async function exists(userId: string): Promise<boolean> {
  const asking = send(`${process.env['USERS_URL']}/api/users/${userId}`, {method: 'HEAD', agent}).end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode === 200;
}
