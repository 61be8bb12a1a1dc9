import type Koa from 'koa';
import {createHttpApp, type HttpParts} from '#platform/http.ts';
import {document, routes, userRoutes} from './routes.ts';
import type {Tokens} from './sessions.ts';
import type {Deps} from './users.ts';

/** The users API. Without `tokens` it has no login and publishes no keys. */
export const createApp = (parts: HttpParts, deps: Deps, tokens?: Tokens): Koa =>
  tokens ? createHttpApp(parts, document, routes, {...deps, tokens}) : createHttpApp(parts, document, userRoutes, deps);
