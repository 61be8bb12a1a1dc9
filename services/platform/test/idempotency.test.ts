import test from 'ava';
import * as z from 'zod';
import {fingerprintOf, idempotencyHeaders} from '../idempotency.ts';

const schema = z.object(idempotencyHeaders);

for (const [key, taken] of [
  ['a', true],
  ['!~'.repeat(127), true],
  ['a'.repeat(255), true],
  ['a'.repeat(256), false],
  ['', false],
  ['two words', false],
  ['one, two', false],
  ['ä', false],
] as const) {
  test(`"${key}" is ${taken ? 'a valid' : 'an invalid'} idempotency key`, t => {
    t.is(schema.safeParse({'idempotency-key': key}).success, taken);
  });
}

test('bodies that validate to the same value have the same fingerprint, whatever the order of their keys', t => {
  const body = z.strictObject({a: z.string().trim(), b: z.int()});

  const one = fingerprintOf(body.parse({a: 'x', b: 1}));

  t.is(one, fingerprintOf(body.parse({b: 1, a: ' x '})));
  t.not(one, fingerprintOf(body.parse({a: 'x', b: 2})));
});
