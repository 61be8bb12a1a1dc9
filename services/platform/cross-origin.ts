import cors from '@koa/cors';
import type {Middleware} from 'koa';

const EXPOSED = ['ETag', 'Location', 'Link', 'Retry-After', 'Idempotency-Replayed', 'X-Request-Id', 'X-Problem-Code'];

const allowedOrigin = (origins: string[], asked: string): string =>
  origins.length === 0 ? '*' : (origins.find(origin => origin === asked) ?? '');

/** CORS: allows these origins, or any origin if the list is empty. Credentials are never allowed. */
export function crossOrigin(origins: string[]): Middleware {
  const preflight = cors({
    origin: ctx => allowedOrigin(origins, ctx.get('Origin')),
    allowMethods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    exposeHeaders: EXPOSED,
    maxAge: 600,
  });
  return async function crossOrigin(ctx, next) {
    if (ctx.method === 'OPTIONS') return preflight(ctx, next);
    // The library parses and joins `Vary` for each request.
    ctx.set(crossOriginHeaders(origins, ctx.req.headers.origin));
    await next();
  };
}

const headersFor = (allowed: string): Record<string, string> => ({
  Vary: 'Origin',
  ...(allowed && {'Access-Control-Allow-Origin': allowed, 'Access-Control-Expose-Headers': EXPOSED.join(',')}),
});

const forAny = headersFor('*');

/** The CORS headers of an answer that is sent before the app runs, so that a page can read why it was refused. */
export const crossOriginHeaders = (origins: string[], asked = ''): Record<string, string> =>
  origins.length === 0 ? forAny : headersFor(allowedOrigin(origins, asked));
