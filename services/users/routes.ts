import {etagOf, versionsIn} from '#platform/etag.ts';
import {changed, overloaded} from '#platform/errors.ts';
import {openApiDocument} from '#platform/openapi.ts';
import {nextLink} from '#platform/pages.ts';
import {routesFor, type Route} from '#platform/router.ts';
import * as z from 'zod';
import {
  badCredentials,
  emailTaken,
  IfMatch,
  KeySet,
  Login,
  NewUser,
  Session,
  UserBody,
  UserChange,
  userNotFound,
  usernameTaken,
  UserPath,
  UsersQuery,
  wrongPassword,
} from './contract.ts';
import {logIn, type SessionDeps} from './sessions.ts';
import {changeUser, findUser, listUsers, register, removeUser, type Deps} from './users.ts';

const route = routesFor<Deps>();

export const userRoutes = [
  route({
    id: 'registerUser',
    summary: 'Register a user',
    method: 'post',
    path: '/api/users',
    access: 'anyone',
    limitedBy: 'address',
    input: {body: NewUser},
    status: 201,
    answer: UserBody,
    answerHeaders: ['Location', 'ETag'],
    problems: [emailTaken, usernameTaken, overloaded],
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
    answer: z.array(UserBody),
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
    answer: UserBody,
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
    answer: UserBody,
    answerHeaders: ['ETag'],
    absent: userNotFound,
    problems: [wrongPassword, changed, emailTaken, usernameTaken, overloaded],
    async handle(ctx, {params, headers, body}, deps, caller) {
      const user = await changeUser(deps, caller, params.id, body, versionsIn(headers['if-match']));
      ctx.set('ETag', etagOf(user));
      return user;
    },
  }),

  route({
    id: 'removeUser',
    summary: 'Remove a user and keep its orders',
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

const sessionRoute = routesFor<SessionDeps>();

/** Routes that exist only if users has signing keys. */
const sessionRoutes = [
  sessionRoute({
    id: 'logIn',
    summary: 'Log in with e-mail and password, and get a token',
    method: 'post',
    path: '/api/sessions',
    access: 'anyone',
    limitedBy: 'address',
    input: {body: Login},
    status: 201,
    answer: Session,
    problems: [badCredentials, overloaded],
    handle: (_ctx, {body}, deps) => logIn(deps, body),
  }),

  sessionRoute({
    id: 'listKeys',
    summary: 'Get the public keys that verify tokens (JWKS)',
    method: 'get',
    path: '/.well-known/jwks.json',
    access: 'anyone',
    input: {},
    status: 200,
    answer: KeySet,
    problems: [],
    handle: (_ctx, _input, {issuer}) => Promise.resolve(issuer.published),
  }),
];

export const routes: Route<SessionDeps>[] = [...userRoutes, ...sessionRoutes];

export const document = openApiDocument(
  {title: 'Users', description: 'Registers users, and tells other services whether a user exists.'},
  routes,
);
