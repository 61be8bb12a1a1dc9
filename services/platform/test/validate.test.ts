import test from 'ava';
import * as z from 'zod';
import {AppError} from '../errors.ts';
import {Id, newId} from '../ids.ts';
import {text, valid} from '../validate.ts';

test('a valid value is returned as its schema parses it', t => {
  t.is(valid(text(1, 5), '  ab '), 'ab');
});

test('each problem, also an unknown field, is reported with its path and without its value', t => {
  const schema = z.strictObject({name: text(1, 5), lines: z.array(z.strictObject({count: z.int()}))});

  const error = t.throws(() => valid(schema, {name: 'hunter2', lines: [{count: 'hunter2', more: 1}]}), {
    instanceOf: AppError,
  });

  t.deepEqual(
    error?.errors?.map(({path}) => path),
    ['name', 'lines.0.count', 'lines.0.more'],
  );
  t.notRegex(JSON.stringify(error?.errors), /hunter2/u);
});

test('of a thousand problems, twenty are reported', t => {
  const error = t.throws(() => valid(z.array(z.int()), Array.from({length: 1000}, String)), {instanceOf: AppError});

  t.is(error?.errors?.length, 20);
});

for (const [value, taken] of [
  ['👍'.repeat(5), true],
  ['👍'.repeat(6), false],
  ['   ', false],
  ['\ud800', false],
] as const) {
  test(`${JSON.stringify(value)} is ${taken ? 'accepted' : 'refused'} as text of 1 to 5 characters`, t => {
    t.is(text(1, 5).safeParse(value).success, taken);
  });
}

test('new ids are valid and unique', t => {
  const ids = Array.from({length: 1000}, () => newId());

  t.true(ids.every(id => Id.safeParse(id).success));
  t.is(new Set(ids).size, 1000);
});
