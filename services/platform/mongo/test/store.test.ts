import test from 'ava';
import {AppError} from '../../errors.ts';
import {bounded} from '../store.ts';

test('an operation that times out is unavailable, with the timeout as its cause', async t => {
  const {hang} = bounded({hang: () => new Promise<void>(() => undefined)});

  const error = await t.throwsAsync(hang, {instanceOf: AppError});

  t.is(error?.kind.code, 'unavailable');
  t.regex(String(error?.cause), /within 2000 ms/u);
});

test('any error other than an outage is passed on unchanged', async t => {
  const bug = new TypeError('a bug');
  const {fail} = bounded({fail: () => Promise.reject(bug)});

  t.is(await t.throwsAsync(fail), bug);
});
