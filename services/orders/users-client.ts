import type {Registry} from 'prom-client';
import type {Answer} from '#platform/calls/attempt.ts';
import {AskedTooOften, Refused} from '#platform/calls/lookup.ts';
import {createLookup, type Reading} from '#platform/calls/neighbour.ts';
import {settingsOf, type NeighbourConfig} from '#platform/calls/settings.ts';
import {AppError, invalidToken, tooManyRequests, type ErrorKind} from '#platform/errors.ts';
import {usersUnavailable} from './contract.ts';
import type {FindUser} from './orders.ts';

/** Creates the client of users: it checks that a user exists. */
export function createFindUser(config: NeighbourConfig<'users'>, registry: Registry): FindUser {
  const settings = settingsOf('users', config);
  const lookup = createLookup({from: 'orders', to: 'users', span: 'check user', settings, request, read}, registry);

  return async function findUser(id, token) {
    try {
      return await lookup({id, token});
    } catch (error) {
      throw new AppError(kindOf(error), {cause: error});
    }
  };
}

function kindOf(error: unknown): ErrorKind {
  if (error instanceof AskedTooOften) return {...tooManyRequests, retryAfter: error.retryAfter};
  return error instanceof Refused ? invalidToken : usersUnavailable;
}

const request = (id: string) => ({method: 'HEAD', path: `api/users/${encodeURIComponent(id)}`}) as const;

function read({statusCode, headers}: Answer, id: string): Reading<{id: string}> {
  if (statusCode === 200) return {found: {id}};
  // The status alone proves nothing: a proxy or a wrong address can answer 404 too, but without this header.
  const says = (status: number, code: string) => statusCode === status && headers['x-problem-code'] === code;
  if (says(404, 'user_not_found')) return 'not_found';
  if (says(429, 'too_many_requests')) return 'asked_too_often';
  return says(401, 'unauthorized') || says(403, 'forbidden') ? 'refused' : 'unexpected';
}
