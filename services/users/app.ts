import type Koa from 'koa';
import {createHttpApp, type HttpParts} from '#platform/http.ts';
import {hashPassword} from './passwords.ts';
import {document, routes} from './routes.ts';
import type {UserStore} from './users.ts';

/** The users API over this store. */
export const createApp = (parts: HttpParts, store: UserStore): Koa =>
  createHttpApp(parts, document, routes, {store, hashPassword});
