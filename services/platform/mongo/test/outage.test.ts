import test from 'ava';
import {mongo} from 'mongoose';
import {AppError} from '../../errors.ts';
import {bounded} from '../store.ts';

const failingWith = (cause: Error) => bounded({fail: () => Promise.reject(cause)});

for (const [what, error] of [
  ['a connection closed before the write', Object.assign(new Error('ended by the other party'), {code: 'EPIPE'})],
  ['a lost connection', new mongo.MongoNetworkError('read ECONNRESET')],
  [
    'a command on a connection that the server just closed',
    Object.assign(new Error('This socket has been ended by the other party'), {code: 'EPIPE'}),
  ],
  ['no reachable primary', new mongo.MongoServerSelectionError('no primary', {} as never)],
  ['a primary that stepped down', new mongo.MongoServerError({message: 'not primary', code: 10107})],
  ['a user without rights while a restore runs', new mongo.MongoServerError({message: 'not authorized', code: 13})],
  [
    'a retryable write that failed',
    new mongo.MongoServerError({message: 'later', errorLabels: ['RetryableWriteError']}),
  ],
] as const) {
  test(`${what} is unavailable`, async t => {
    const thrown = await t.throwsAsync(failingWith(error).fail, {instanceOf: AppError});

    t.is(thrown?.kind.code, 'unavailable');
    t.is(thrown?.cause, error);
  });
}
