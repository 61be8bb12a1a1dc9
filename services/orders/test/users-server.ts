import type {ExecutionContext} from 'ava';
import {Registry} from 'prom-client';
import * as z from 'zod';
import {neighbourSettings} from '#platform/calls/settings.ts';
import {answering, found, startNeighbour} from '#platform/calls/test/start-neighbour.ts';
import {createFindUser} from '../users-client.ts';

type UsersSettings = Parameters<typeof createFindUser>[0];

export const notFound = answering(404, {'x-problem-code': 'user_not_found'});

/** Timeouts that even a busy machine does not reach, for tests that are not about time. */
const patient = {USERS_CONNECT_MS: 10_000, USERS_ATTEMPT_MS: 10_000, USERS_CHECK_MS: 10_000};

/** The users client of orders at this URL, with the default settings and these changes. */
export function findUserAt(url: string, changes: Partial<UsersSettings> = {}, registry = new Registry()) {
  const defaults = z.object(neighbourSettings('users')).parse({USERS_URL: url});
  return createFindUser({...defaults, ...changes}, registry);
}

/** A fake users service, and the users client of orders. */
export async function startUsersServer(t: ExecutionContext, answer = found, changes: Partial<UsersSettings> = {}) {
  const users = await startNeighbour(t, answer);
  return Object.assign(users, {findUser: findUserAt(users.url, {...patient, ...changes}, users.registry)});
}
