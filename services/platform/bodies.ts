import type {IncomingMessage} from 'node:http';
import type {Middleware} from 'koa';
import {AppError, tooLarge, type ErrorKind} from './errors.ts';
import type {Overload} from './overload.ts';

/**
 * Bytes of a body, both as it is sent and as it is decompressed. More than the largest valid one: an order of 100 lines
 * whose ids are 64 emoji, each written as two escapes of six characters, has 85 kB.
 */
export const MAX_BODY = 96 * 1024;

/** Bytes of all bodies that are arriving: about an eighth of a pod's memory. */
const MAX_ARRIVING = 32 * 1024 * 1024;

type Body = {bytes: number; refuse: (problem: ErrorKind) => void};

/**
 * Bounds the bytes of a body on the wire, because the parser bounds only what they become: of empty compressed blocks
 * it would read any number. Bounds all bodies that are arriving, too: beyond it, those that began first are refused.
 */
export function boundBodies(overload: Overload, maxArriving = MAX_ARRIVING): Middleware {
  const arriving = new Set<Body>();
  let total = 0;

  function count(body: Body, bytes: number): void {
    if (!arriving.has(body)) return;
    body.bytes += bytes;
    total += bytes;
    if (body.bytes > MAX_BODY) body.refuse(tooLarge);
    for (const oldest of arriving) {
      if (total <= maxArriving) return;
      oldest.refuse(overload.refuse('bodies'));
    }
  }

  function begin(req: IncomingMessage): {body: Body; refused: Promise<never>} {
    const {promise: refused, reject} = Promise.withResolvers<never>();
    const refuse = (problem: ErrorKind) => {
      end(body);
      req.unpipe();
      reject(new AppError(problem));
    };
    const body = {bytes: 0, refuse};
    arriving.add(body);
    req.on('data', (chunk: Buffer) => count(body, chunk.length));
    return {body, refused};
  }

  function end(body: Body): void {
    if (arriving.delete(body)) total -= body.bytes;
  }

  return async function boundBodies({req}, next) {
    const {body, refused} = begin(req);
    try {
      await Promise.race([next(), refused]);
    } finally {
      end(body);
      // Reads on without keeping anything, or the next request of this connection would never be met.
      req.resume();
    }
  };
}
