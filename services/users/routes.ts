import {outcomeUnknown, overloaded} from '#platform/errors.ts';
import {openApiDocument} from '#platform/openapi.ts';
import {nextLink} from '#platform/pages.ts';
import {routesFor, type Route} from '#platform/router.ts';
import * as z from 'zod';
import {
  badCredentials,
  emailTaken,
  FoundUsers,
  KeySet,
  Login,
  NewUser,
  Session,
  UserBody,
  UserChange,
  UserLookup,
  userNotFound,
  usernameTaken,
  UserPath,
  UsersQuery,
  wrongPassword,
} from './contract.ts';
import {logIn, type SessionDeps} from './sessions.ts';
import {changeUser, findExisting, findUser, listUsers, register, removeUser, type Deps} from './users.ts';

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
    answerHeaders: ['Location'],
    versioned: true,
    problems: [emailTaken, usernameTaken, overloaded, outcomeUnknown],
    async handle(ctx, {body}, deps) {
      const user = await register(deps, body);
      ctx.set('Location', `/api/users/${user.id}`);
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
    heavy: true,
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
    id: 'lookUpUsers',
    summary: 'Tell which of these users exist',
    method: 'post',
    path: '/api/user-lookups',
    access: 'user',
    input: {body: UserLookup},
    status: 200,
    answer: FoundUsers,
    problems: [],
    handle: async (_ctx, {body}, deps, caller) => ({ids: await findExisting(deps, caller, body.ids)}),
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
    versioned: true,
    absent: userNotFound,
    problems: [],
    handle: (_ctx, {params}, deps) => findUser(deps, params.id),
  }),

  route({
    id: 'changeUser',
    summary: 'Change a user',
    method: 'patch',
    path: '/api/users/:id',
    access: 'self',
    input: {params: UserPath, body: UserChange},
    status: 200,
    answer: UserBody,
    versioned: true,
    absent: userNotFound,
    problems: [wrongPassword, emailTaken, usernameTaken, overloaded, outcomeUnknown],
    handle: (_ctx, {params, body, versions}, deps, caller) => changeUser(deps, caller, params.id, body, versions),
  }),

  route({
    id: 'removeUser',
    summary: 'Remove a user and keep its orders',
    method: 'delete',
    path: '/api/users/:id',
    access: 'self',
    input: {params: UserPath},
    status: 204,
    versioned: true,
    absent: userNotFound,
    problems: [outcomeUnknown],
    handle: (_ctx, {params, versions}, deps) => removeUser(deps, params.id, versions),
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
