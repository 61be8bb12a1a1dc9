import type {ExecutionContext} from 'ava';
import {openTestStore} from '#platform/test/open-test-store.ts';
import {startApp, testParts} from '#platform/test/start-app.ts';
import {createApp} from '../app.ts';
import {hashPassword} from '../passwords.ts';
import {createStore} from '../store.ts';

export const ann = {username: 'ann', email: 'ann@example.com', password: 'correct horse'};
export const ben = {username: 'ben', email: 'ben@example.com', password: 'battery staple'};

/** The users API on a real MongoDB, as the client of it. */
export async function startUsers(t: ExecutionContext) {
  const store = await openTestStore(t, createStore);
  return startApp(t, createApp(testParts(), {store, hashPassword, announce: () => undefined}));
}
