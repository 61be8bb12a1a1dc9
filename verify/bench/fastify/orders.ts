import mongodb from '@fastify/mongodb';
import fastify from 'fastify';
import {request} from 'undici';
import {newOrder, order, type NewOrder} from './schemas.ts';

// orders as Fastify's documentation writes it, with MongoDB's driver. It calls users with undici.
const app = fastify();
await app.register(mongodb, {url: process.env['MONGO_URL'] ?? ''});
const orders = app.mongo.client.db().collection('orders');

app.post<{Body: NewOrder}>(
  '/api/orders',
  {schema: {body: newOrder, response: {201: order}}},
  async ({body: {userId, products}}, reply) => {
    const {statusCode, body} = await request(`${process.env['USERS_URL']}/api/users/${userId}`);
    await body.dump();
    if (statusCode !== 200) return reply.code(400).send({error: 'User not found'});

    const total = products.reduce((sum, {quantity, price}) => sum + quantity * price, 0);
    const now = new Date();
    const row = {userId, products, total, status: 'pending', createdAt: now, updatedAt: now};
    const {insertedId} = await orders.insertOne(row);
    return reply.code(201).send({id: insertedId, ...row});
  },
);
await app.listen({host: '127.0.0.1', port: Number(process.env['PORT'])});
