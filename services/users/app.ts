import type Koa from 'koa';
import {createHttpApp, type HttpParts} from '#platform/http.ts';
import {document, routes, userRoutes} from './routes.ts';
import type {Issuer} from './sessions.ts';
import type {Deps} from './users.ts';

/** The users API. Without `issuer` it has no login and publishes no keys. */
export const createApp = (parts: HttpParts, deps: Deps, issuer?: Issuer): Koa =>
  issuer ? createHttpApp(parts, document, routes, {...deps, issuer}) : createHttpApp(parts, document, userRoutes, deps);
