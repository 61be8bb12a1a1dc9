import * as z from 'zod';
import {randomHex} from './random.ts';

/** An id: 24 hexadecimal digits. Lower case only, so that each id has exactly one spelling. */
export const Id = z
  .string()
  .regex(/^[0-9a-f]{24}$/u, 'must be 24 hexadecimal digits in lower case')
  .meta({example: '6656e1f0a1b2c3d4e5f60718'});

/** A new id in the shape of a MongoDB ObjectId: four bytes of time in seconds, then eight random bytes. */
export function newId(now = Date.now()): string {
  const seconds = Math.floor(now / 1000);
  return seconds.toString(16).padStart(8, '0') + randomHex(8);
}
