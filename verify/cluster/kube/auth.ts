import {serviceNames} from '../../../tools/services.ts';
import {expect} from '../../lib/until.ts';
import type {Call} from '../pods/call.ts';
import {call} from './client.ts';
import {getJson, type Cluster} from './cluster.ts';

/** The values of token mode. Requests are rate-limited per user, and one user sends a whole load here. */
export const TOKENS = serviceNames.flatMap(name => [`${name}.auth.mode=token`, `${name}.config.REQUESTS_PER_USER=0`]);

export type Credentials = {email: string; password: string};

/** Logs in. Returns the token. */
export async function logIn(cluster: Cluster, {email, password}: Credentials): Promise<string> {
  const session: Call = {method: 'POST', url: 'http://users/api/sessions', body: {email, password}};
  const {status, body} = await call(cluster, session);
  expect('status of a login', status, 201);
  return body.accessToken ?? '';
}

export const as = (token: string, request: Call): Call => ({
  ...request,
  headers: {...request.headers, authorization: `Bearer ${token}`},
});

/** What the Secret of token mode holds: the admin's e-mail and password, and the signing keys in PEM. */
export async function authSecret(cluster: Cluster): Promise<{admin: Credentials; keys: string}> {
  const {data} = await getJson<{data: Record<string, string>}>(cluster, 'secret/users-auth');
  const textOf = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();
  return {admin: {email: textOf('admin-email'), password: textOf('admin-password')}, keys: textOf('keys')};
}
