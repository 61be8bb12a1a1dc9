import {etagOf, versionsIn} from '#platform/etag.ts';
import {changed} from '#platform/errors.ts';
import {openApiDocument} from '#platform/openapi.ts';
import {nextLink} from '#platform/pages.ts';
import {routesFor} from '#platform/router.ts';
import * as z from 'zod';
import {
  emailTaken,
  IfMatch,
  NewUser,
  User,
  UserChange,
  userNotFound,
  usernameTaken,
  UserPath,
  UsersQuery,
} from './contract.ts';
import {changeUser, findUser, listUsers, register, removeUser, type Deps} from './users.ts';

const route = routesFor<Deps>();

export const routes = [
  route({
    id: 'registerUser',
    summary: 'Register a user',
    method: 'post',
    path: '/api/users',
    access: 'anyone',
    input: {body: NewUser},
    status: 201,
    answer: User,
    answerHeaders: ['Location', 'ETag'],
    problems: [emailTaken, usernameTaken],
    async handle(ctx, {body}, deps) {
      const user = await register(deps, body);
      ctx.set({Location: `/api/users/${user.id}`, ETag: etagOf(user)});
      return user;
    },
  }),

  route({
    id: 'listUsers',
    summary: 'List users, oldest first',
    method: 'get',
    path: '/api/users',
    access: 'admin',
    input: {query: UsersQuery},
    status: 200,
    answer: z.array(User),
    answerHeaders: ['Link'],
    problems: [],
    async handle(ctx, {query: {limit, cursor}}, deps) {
      const page = await listUsers(deps, {limit, after: cursor});
      ctx.set(nextLink('/api/users', {limit}, page.next));
      return page.items;
    },
  }),

  route({
    id: 'getUser',
    summary: 'Read a user',
    method: 'get',
    path: '/api/users/:id',
    access: 'self',
    input: {params: UserPath},
    status: 200,
    answer: User,
    answerHeaders: ['ETag'],
    absent: userNotFound,
    problems: [],
    async handle(ctx, {params}, deps) {
      const user = await findUser(deps, params.id);
      ctx.set('ETag', etagOf(user));
      return user;
    },
  }),

  route({
    id: 'changeUser',
    summary: 'Change a user',
    method: 'patch',
    path: '/api/users/:id',
    access: 'self',
    input: {params: UserPath, headers: IfMatch, body: UserChange},
    status: 200,
    answer: User,
    answerHeaders: ['ETag'],
    absent: userNotFound,
    problems: [changed, emailTaken, usernameTaken],
    async handle(ctx, {params, headers, body}, deps) {
      const user = await changeUser(deps, params.id, body, versionsIn(headers['if-match']));
      ctx.set('ETag', etagOf(user));
      return user;
    },
  }),

  route({
    id: 'removeUser',
    summary: 'Remove a user; its orders stay',
    method: 'delete',
    path: '/api/users/:id',
    access: 'self',
    input: {params: UserPath},
    status: 204,
    absent: userNotFound,
    problems: [],
    handle: (_ctx, {params}, deps) => removeUser(deps, params.id),
  }),
];

export const document = openApiDocument(
  {title: 'Users', description: 'Registers users, and tells other services whether one exists.'},
  routes,
);
