import cors from '@koa/cors';
import type {Middleware} from 'koa';

const EXPOSED = ['ETag', 'Location', 'Link', 'Retry-After', 'Idempotency-Replayed', 'X-Request-Id', 'X-Problem-Code'];

const allowedOrigin = (origins: string[], asked: string): string =>
  origins.length === 0 ? '*' : (origins.find(origin => origin === asked) ?? '');

/** Lets pages of these origins call, of any if none is named, always without credentials. */
export const crossOrigin = (origins: string[]): Middleware =>
  cors({
    origin: ctx => allowedOrigin(origins, ctx.get('Origin')),
    allowMethods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    exposeHeaders: EXPOSED,
    maxAge: 600,
  });

/** What `crossOrigin` adds to an answer, for those that never come so far; a page must be able to read why. */
export const crossOriginHeaders = (origins: string[], asked = ''): Record<string, string> => ({
  Vary: 'Origin',
  ...(allowedOrigin(origins, asked) && {
    'Access-Control-Allow-Origin': allowedOrigin(origins, asked),
    'Access-Control-Expose-Headers': EXPOSED.join(','),
  }),
});
