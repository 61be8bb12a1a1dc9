import test from 'ava';
import * as z from 'zod';
import {AppError} from '../errors.ts';
import {Id, newId} from '../ids.ts';
import {text, valid} from '../validate.ts';

test('what is valid comes back as its schema reads it', t => {
  t.is(valid(text(1, 5), '  ab '), 'ab');
});

test('each problem is named by its path, an unknown field too, and no value is repeated', t => {
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

test('a request with a thousand problems is told twenty', t => {
  const error = t.throws(() => valid(z.array(z.int()), Array.from({length: 1000}, String)), {instanceOf: AppError});

  t.is(error?.errors?.length, 20);
});

for (const [value, taken] of [
  ['👍'.repeat(5), true],
  ['👍'.repeat(6), false],
  ['   ', false],
  ['\ud800', false],
] as const) {
  test(`${JSON.stringify(value)} is ${taken ? 'text' : 'no text'} of 1 to 5 characters`, t => {
    t.is(text(1, 5).safeParse(value).success, taken);
  });
}

test('a new id has the form of an id, and none comes twice', t => {
  const ids = Array.from({length: 1000}, () => newId());

  t.true(ids.every(id => Id.safeParse(id).success));
  t.is(new Set(ids).size, 1000);
});
