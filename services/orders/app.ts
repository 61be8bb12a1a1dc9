import type Koa from 'koa';
import {createHttpApp, type HttpParts} from '#platform/http.ts';
import type {Deps} from './orders.ts';
import {document, routes} from './routes.ts';

/** The orders API. */
export const createApp = (parts: HttpParts, deps: Deps): Koa => createHttpApp(parts, document, routes, deps);
