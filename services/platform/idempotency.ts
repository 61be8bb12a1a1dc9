import {createHash} from 'node:crypto';
import * as z from 'zod';

/** The request header that makes a POST safe to retry. */
export const idempotencyHeaders = {
  'idempotency-key': z
    .string()
    .regex(/^[!-~]{1,255}$/u, 'must be 1 to 255 visible ASCII characters')
    .optional()
    .meta({description: 'Makes the request safe to retry: the same key and body replay the first answer'}),
};

/** SHA-256 of a validated body. Validation has fixed the order of its keys, so equal bodies have equal text. */
export const fingerprintOf = (body: unknown): string =>
  createHash('sha256').update(JSON.stringify(body)).digest('base64url');
