import type Koa from 'koa';
import {createHttpApp, type HttpParts} from '#platform/http.ts';
import {document, routes} from './routes.ts';
import type {Deps} from './users.ts';

/** The users API over this store. */
export const createApp = (parts: HttpParts, deps: Deps): Koa => createHttpApp(parts, document, routes, deps);
