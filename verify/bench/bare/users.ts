import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {mongo} from 'mongoose';

// users with nothing but Node and MongoDB's driver: the same answers at the lowest cost.
const client = await mongo.MongoClient.connect(process.env['MONGO_URL'] ?? '');
const users = client.db().collection('users');
const projection = {username: 1, email: 1, createdAt: 1};

createServer((request, response) => void answer(request, response)).listen(process.env['PORT']);

async function answer({url = ''}: IncomingMessage, response: ServerResponse): Promise<void> {
  const id = url.slice('/api/users/'.length);
  const row = await users.findOne({_id: new mongo.ObjectId(id)}, {projection});
  if (!row) return void response.writeHead(404).end();

  const {_id, ...user} = row;
  response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify({id: _id, ...user}));
}
