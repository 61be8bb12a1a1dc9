import {randomBytes} from 'node:crypto';
import {servicesWithDatabase} from '../../../tools/databases.ts';
import {serviceNames} from '../../../tools/services.ts';
import {signatureOf, type Mode} from '../../lib/auth.ts';
import {as, authSecret, logIn, TOKENS, type Credentials} from '../kube/auth.ts';
import {callAll, newOrder} from '../kube/client.ts';
import {observed} from '../kube/observability.ts';
import {podsBy} from '../kube/objects.ts';
import {askPrometheus} from '../kube/prometheus.ts';
import {getJson, type Cluster} from '../kube/cluster.ts';
import {expectLogged, traceIdOf, tracesSince} from '../kube/traces.ts';
import {expect, until} from '../../lib/until.ts';
import type {Answer, Call} from '../pods/call.ts';

/**
 * A planted secret, its hash, the credentials of the databases and, with tokens, the signing keys, the admin's password
 * and all tokens are in no answer, log, span or metric of the run.
 */
export const secretsIn =
  (mode: Mode) =>
  (cluster: Cluster): Promise<string> =>
    secrets(cluster, mode === 'token');

async function secrets(cluster: Cluster, hasTokens: boolean): Promise<string> {
  const since = new Date();
  await observed(cluster, hasTokens ? TOKENS : []);
  const canary = `canary-${randomBytes(8).toString('hex')}`;
  const first = await callAll(cluster, planting(canary));
  const callers = hasTokens ? await logInAs(cluster, registrationOf(canary)) : NOBODY;
  const answers = [...first, ...(await callAll(cluster, changes(canary, callers, first[0], first[1])))];
  await expectLogged(cluster, 'users', traceIdOf(answers[0]));

  const places = {
    answers: JSON.stringify(answers),
    logs: await logsOf(cluster),
    spans: await spansOf(cluster, since, traceIdOf(answers[0])),
    metrics: await metricsOf(cluster),
  };
  expect('status of the change to a taken e-mail', answers.at(-1)?.status, 409);
  expect('places that were not collected', unseen(places, answers[0]), []);
  const hidden = {planted: canary, hash: '$argon2id$', ...callers.secrets, ...(await credentialsOf(cluster))};
  expect('leaked secrets', sightings(places, hidden), []);
  const size = Object.values(places).reduce((sum, text) => sum + text.length, 0);
  return `none of ${Object.keys(hidden).length} secrets in ${(size / 1e6).toFixed(1)} MB of answers, logs, spans and metrics`;
}

/** How a user and the admin call, and what of it must stay hidden. */
type Callers = {user: (call: Call) => Call; admin: (call: Call) => Call; secrets: Record<string, string>};

const NOBODY: Callers = {user: call => call, admin: call => call, secrets: {}};

/** Their logins are not among the searched answers, since the answer to a login is the token. */
async function logInAs(cluster: Cluster, credentials: Credentials): Promise<Callers> {
  const {admin, keys} = await authSecret(cluster);
  const [own, admins] = [await logIn(cluster, credentials), await logIn(cluster, admin)];
  const pem = keys.split('\n').filter(line => line !== '' && !line.startsWith('-----'));
  return {
    user: call => as(own, call),
    admin: call => as(admins, call),
    secrets: {
      "the admin's password": admin.password,
      "a user's token": signatureOf(own),
      "the admin's token": signatureOf(admins),
      ...Object.fromEntries(pem.map((line, index) => [`signing key ${index + 1}`, line])),
    },
  };
}

/** Calls with tokens, if there are any. The last one is a new password with a taken e-mail: MongoDB logs some of the commands that it refuses. */
function changes(canary: string, {user, admin}: Callers, one?: Answer, other?: Answer): Call[] {
  const url = `http://users/api/users/${one?.body.id}`;
  return [
    user({method: 'GET', url}),
    user({method: 'PATCH', url, body: {password: `${canary}-2`, currentPassword: canary}}),
    user({method: 'PATCH', url, body: {password: canary, currentPassword: [canary]}}),
    user(newOrder(one?.body.id ?? '', canary.slice(-12))),
    admin({method: 'GET', url: 'http://users/api/users?limit=1'}),
    {method: 'GET', url: 'http://users/.well-known/jwks.json'},
    admin({
      method: 'PATCH',
      url: `http://users/api/users/${other?.body.id}`,
      body: {email: registrationOf(canary).email, password: canary},
    }),
  ];
}

function registrationOf(canary: string) {
  const name = canary.slice(-12);
  return {username: name, email: `${name}@example.com`, password: canary};
}

/** Requests that put the secret wherever one could come in. */
function planting(canary: string): Call[] {
  const body = registrationOf(canary);
  const {username: name} = body;
  const headers = {authorization: `Bearer ${canary}`, cookie: `session=${canary}`};
  return [
    {method: 'POST', url: 'http://users/api/users', headers, body},
    {
      method: 'POST',
      url: 'http://users/api/users',
      headers,
      body: {...body, username: `${name}-2`, email: `2${body.email}`},
    },
    {method: 'POST', url: 'http://users/api/users', headers, body},
    {method: 'POST', url: 'http://users/api/users', body: {...body, password: [canary]}},
    {method: 'POST', url: 'http://users/api/users', body: canary},
    {method: 'GET', url: `http://users/api/users?password=${canary}`, headers},
    {method: 'POST', url: 'http://orders/api/orders', headers, body: {password: canary}},
    {method: 'GET', url: `http://orders/api/orders/${canary}`, headers},
  ];
}

async function logsOf(cluster: Cluster): Promise<string> {
  const pods = (await podsBy(cluster)).filter(({status}) => status.phase === 'Running');
  const logs = pods.map(({metadata}) => cluster.kubectl(['logs', metadata.name, '--all-containers', '--tail=-1']));
  return (await Promise.all(logs)).join('');
}

async function spansOf(cluster: Cluster, since: Date, traceId: string): Promise<string> {
  return until('the spans of the planting requests', 30, async () => {
    const spans = await Promise.all(serviceNames.map(service => tracesSince(cluster, service, since)));
    const text = JSON.stringify(spans);
    return text.includes(traceId) ? text : undefined;
  });
}

/** Prometheus finds new pods only after some seconds, and reads them only after more. */
async function metricsOf(cluster: Cluster): Promise<string> {
  return until('the metrics of the planted requests', 90, async () => {
    const text = JSON.stringify(await askPrometheus(cluster, '{job=~"users|orders"}'));
    return text.includes('/api/users') ? text : undefined;
  });
}

type Secret = {data: Record<string, string>};

async function credentialsOf(cluster: Cluster): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of servicesWithDatabase.map(service => `${service}-mongodb`)) {
    const {data} = await getJson<Secret>(cluster, `secret/${name}`);
    for (const [key, value] of Object.entries(data)) found[`${name} ${key}`] = Buffer.from(value, 'base64').toString();
  }
  return found;
}

/** Each place must contain what is known to be there; else it was not collected, and a search in it proves nothing. */
function unseen({answers, logs, spans, metrics}: Record<string, string>, first?: Answer): string[] {
  const trace = traceIdOf(first);
  const seen = {
    answers: answers?.includes(trace),
    logs: logs?.includes(trace),
    spans: spans?.includes(trace),
    metrics: metrics?.includes('/api/users'),
  };
  return Object.entries(seen).flatMap(([place, isSeen]) => (isSeen ? [] : [place]));
}

const sightings = (places: Record<string, string>, hidden: Record<string, string>): string[] =>
  Object.entries(places).flatMap(([place, text]) =>
    Object.entries(hidden).flatMap(([name, secret]) => (text.includes(secret) ? [`${name} in ${place}`] : [])),
  );
