import mongodb from '@fastify/mongodb';
import fastify from 'fastify';
import {user, userParams} from './schemas.ts';

// users as Fastify's documentation writes it, with MongoDB's driver.
const app = fastify();
await app.register(mongodb, {url: process.env['MONGO_URL'] ?? ''});
const users = app.mongo.client.db().collection('users');

app.get<{Params: {id: string}}>(
  '/api/users/:id',
  {schema: {params: userParams, response: {200: user}}},
  async ({params: {id}}, reply) => {
    const row = await users.findOne({_id: new app.mongo.ObjectId(id)}, {projection: {password: 0}});
    return row ? {id: row._id, ...row} : reply.code(404).send({error: 'User not found'});
  },
);
await app.listen({host: '127.0.0.1', port: Number(process.env['PORT'])});
