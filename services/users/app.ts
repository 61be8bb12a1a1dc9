import type Koa from 'koa';
import {createHttpApp, type HttpParts} from '#platform/http.ts';
import {document, routes, userRoutes} from './routes.ts';
import type {Tokens} from './sessions.ts';
import type {Deps} from './users.ts';

/** The users API over this store; without tokens nobody can log in. */
export const createApp = (parts: HttpParts, deps: Deps, tokens?: Tokens): Koa =>
  tokens ? createHttpApp(parts, document, routes, {...deps, tokens}) : createHttpApp(parts, document, userRoutes, deps);
