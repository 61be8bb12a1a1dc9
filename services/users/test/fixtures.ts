import type {ExecutionContext} from 'ava';
import {unlimited} from '#platform/rate-limit.ts';
import {openTestStore} from '#platform/test/open-test-store.ts';
import {startApp, testParts} from '#platform/test/start-app.ts';
import {createSigner, names} from '#platform/test/tokens.ts';
import {createApp} from '../app.ts';
import {createDerive} from '../hashing.ts';
import {createPasswords} from '../passwords.ts';
import {createStore} from '../store.ts';
import {createIssuer} from '../tokens.ts';

export const ann = {username: 'ann', email: 'ann@example.com', password: 'correct horse'};
export const ben = {username: 'ben', email: 'ben@example.com', password: 'battery staple'};

export const signer = await createSigner();
export const issuer = await createIssuer([signer.privateKey], names);

/** Starts the users API on a real MongoDB and returns its client. By default with AUTH=open and a signing key. */
export async function startUsers(
  t: ExecutionContext,
  parts = testParts(),
  {signing = [issuer], limitAccount = unlimited} = {},
) {
  const store = await openTestStore(t, createStore);
  const passwords = createPasswords(createDerive(parts.metrics.registry));
  const deps = {store, passwords, limitAccount, observe: () => undefined};
  return startApp(t, createApp(parts, deps, ...signing));
}

/** The number of hashes so far. */
export async function hashesOf({metrics}: ReturnType<typeof testParts>): Promise<number> {
  const metric = (await metrics.registry.getMetricsAsJSON()).find(({name}) => name === 'password_hashes_total');
  return metric?.values.find(({labels}) => labels['outcome'] === 'run')?.value ?? 0;
}
