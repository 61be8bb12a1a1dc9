import test from 'ava';
import fc from 'fast-check';
import {fromCents, toCents} from '../money.ts';

test('amounts survive the conversion to a price and back', t => {
  fc.assert(
    fc.property(fc.nat({max: 100 * 1_000_000}), cents => {
      t.is(toCents(fromCents(cents)), cents);
    }),
  );
});

test('the largest total of an order is exact', t => {
  const largest = 100 * 10_000 * 100_000_000;

  t.true(Number.isSafeInteger(largest));
  t.is(fromCents(largest), 1_000_000_000_000);
});
