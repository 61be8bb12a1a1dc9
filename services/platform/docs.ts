import {readFile} from 'node:fs/promises';
import {extname} from 'node:path';
import {promisify} from 'node:util';
import {gzip} from 'node:zlib';
import type {Middleware} from 'koa';

const compress = promisify(gzip);

const ours = (name: string): URL => new URL(`docs/${name}`, import.meta.url);

/** The page at `/docs`, Swagger UI for openapi.json, with what it needs: 0.5 MB as it is sent, and no other host. */
export const docs: Record<string, Middleware> = {
  '/docs': sendFile(ours('page.html')),
  '/docs/page.css': sendFile(ours('page.css')),
  '/docs/page.js': sendFile(ours('page.js')),
  '/docs/swagger-ui.css': sendFile(new URL(import.meta.resolve('swagger-ui-dist/swagger-ui.css'))),
  '/docs/swagger-ui-bundle.js': sendFile(new URL(import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js'))),
};

/** The page has a field for a token: no other page may frame it, and nothing on it may lead the token elsewhere. */
const CLOSED = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const POLICY = `${CLOSED}; connect-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:`;

type Held = {plain: Buffer; compressed: Buffer};

/** Answers a file, which is read when somebody first asks, and then held once in both forms, whoever reads it slowly. */
function sendFile(file: URL): Middleware {
  let held: Promise<Held> | undefined;

  async function load(): Promise<Held> {
    try {
      const plain = await readFile(file);
      return {plain, compressed: await compress(plain)};
    } catch (error) {
      held = undefined;
      throw error;
    }
  }

  return async function sendFile(ctx) {
    const {plain, compressed} = await (held ??= load());
    const isCompressed = ctx.acceptsEncodings('gzip') !== false;
    ctx.body = isCompressed ? compressed : plain;
    ctx.type = extname(file.pathname);
    ctx.vary('Accept-Encoding');
    ctx.set('Content-Security-Policy', POLICY);
    if (isCompressed) ctx.set('Content-Encoding', 'gzip');
  };
}
