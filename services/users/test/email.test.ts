import test from 'ava';
import {Email} from '../contract.ts';

const host = (length: number): string => `${'a'.repeat(length)}.example`;

for (const [address, isOne] of [
  ['ann@example.com', true],
  ["o'hara+shop@mail.example.co.uk", true],
  ['a@example.xn--p1ai', true],
  ['a@xn--e1afmkfd.xn--p1ai', true],
  ['a@EXAMPLE.XN--P1AI', true],
  [`${'a'.repeat(64)}@example.com`, true],
  [`a@${host(63)}`, true],
  [`a@b.${'c'.repeat(63)}`, true],
  [`${'a'.repeat(65)}@example.com`, false],
  [`${'a'.repeat(71)}@example.com`, false],
  [`a@${host(64)}`, false],
  [`a@b.${'c'.repeat(64)}`, false],
  ['a@-example.com', false],
  ['a@example-.com', false],
  ['a@example.xn--', false],
  ['a@example.c0m', false],
  ['a@example', false],
  ['a@example..com', false],
  ['.a@example.com', false],
  ['a..b@example.com', false],
  ['a@b@example.com', false],
  ['@example.com', false],
  ['a b@example.com', false],
  ['a@[127.0.0.1]', false],
] as const) {
  test(`${address.slice(0, 80)} is ${isOne ? 'an' : 'no'} e-mail address`, t => {
    t.is(Email.safeParse(address).success, isOne);
  });
}

test('a hostile e-mail of 32 kB is refused within 50 ms', t => {
  const start = performance.now();
  for (const text of ['a.', '-', 'a', '@', 'a-']) t.false(Email.safeParse(`a@${text.repeat(16_000)}`).success);

  t.true(performance.now() - start < 50);
});
