import type {Registry} from 'prom-client';
import * as z from 'zod';
import type {Answer} from '#platform/calls/attempt.ts';
import {AskedTooOften, Refused} from '#platform/calls/lookup.ts';
import {createLookup, type Reading, type ReadingOfMany} from '#platform/calls/neighbour.ts';
import {settingsOf, type NeighbourConfig} from '#platform/calls/settings.ts';
import {AppError, invalidToken, tooManyRequests, type ErrorKind} from '#platform/errors.ts';
import {usersUnavailable} from './contract.ts';
import type {FindUser} from './orders.ts';

/** Creates the client of users: it checks that a user exists. */
export function createFindUser(config: NeighbourConfig<'users'>, registry: Registry): FindUser {
  const settings = settingsOf('users', config);
  const lookup = createLookup(
    {from: 'orders', to: 'users', span: 'check user', settings, request, read, batch},
    registry,
  );

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

/** The status alone proves nothing: a proxy or a wrong address can answer the same, but without this header. */
const codeOf = ({statusCode, headers}: Answer): string => `${statusCode} ${String(headers['x-problem-code'])}`;

function read(answer: Answer, id: string): Reading<{id: string}> {
  if (answer.statusCode === 200) return {found: {id}};
  return codeOf(answer) === '404 user_not_found' ? 'not_found' : refusalIn(answer);
}

function refusalIn(answer: Answer) {
  const code = codeOf(answer);
  if (code === '429 too_many_requests') return 'asked_too_often';
  return ['401 unauthorized', '403 forbidden'].includes(code) ? 'refused' : 'unexpected';
}

const batch = {
  most: 100,
  request: (ids: string[]) => ({method: 'POST', path: 'api/user-lookups', json: {ids}}) as const,
  read: readMany,
};

const Found = z.object({ids: z.array(z.string())});

function readMany(answer: Answer, ids: string[]): ReadingOfMany<{id: string}> {
  // From a version of users without this call.
  if (codeOf(answer) === '404 not_found') return 'unable';
  if (answer.statusCode !== 200) return refusalIn(answer);

  const found = Found.safeParse(parsed(answer.body));
  if (!found.success || found.data.ids.some(id => !ids.includes(id))) return 'unexpected';
  return {found: new Map(found.data.ids.map(id => [id, {id}]))};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
