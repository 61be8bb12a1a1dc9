import test from 'ava';
import type * as z from 'zod';
import {Email, Login, NewUser, Password, UserChange} from '../contract.ts';
import {ann} from './fixtures.ts';

/** How many UTF-16 units are normalised while this runs. */
function normalizedBy(work: () => void): number {
  // oxlint-disable-next-line typescript/unbound-method
  const {normalize} = String.prototype;
  let units = 0;
  // oxlint-disable-next-line no-extend-native
  String.prototype.normalize = function (form?: string) {
    units += this.length;
    return normalize.call(this, form);
  };
  try {
    work();
    return units;
  } finally {
    // oxlint-disable-next-line no-extend-native
    String.prototype.normalize = normalize;
  }
}

/** It takes quadratic time to normalise. */
const marks = '\u0300\u0316'.repeat(7_950);

for (const [what, schema, body] of [
  ['a registration', NewUser, {...ann, password: marks}],
  ['a change', UserChange, {password: marks}],
  ['a login', Login, {email: ann.email, password: marks}],
] as [string, z.ZodType, object][]) {
  test.serial(`the password of ${what} with 15,900 combining marks is refused without normalising it`, t => {
    let isValid = true;

    const units = normalizedBy(() => (isValid = schema.safeParse(body).success));

    t.false(isValid);
    t.is(units, 0);
  });
}

test.serial('the longest password is accepted in its longest form', t => {
  // Composed, this is one character; decomposed, it is four.
  const password = '\u1f82'.repeat(128);

  t.is(Password.parse(password.normalize('NFD')), password);
  t.false(Password.safeParse(`${password}a`).success);
});

test.serial('an e-mail address that is too long is refused for its length alone', t => {
  const {error} = Email.safeParse(`a@${'a'.repeat(30_000)}`);

  t.deepEqual(
    error?.issues.map(({code}) => code),
    ['too_big'],
  );
});
