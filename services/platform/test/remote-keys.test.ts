import {execFile} from 'node:child_process';
import {once} from 'node:events';
import {createServer, type RequestListener} from 'node:http';
import type {AddressInfo} from 'node:net';
import {mock} from 'node:test';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {verifyTokens} from '../auth.ts';
import {AppError} from '../errors.ts';
import {newId} from '../ids.ts';
import {createLog} from '../log.ts';
import {createMetrics} from '../metrics.ts';
import {createRemoteKeys} from '../remote-keys.ts';
import {createSigner, names, tokenFor, type Signer} from './tokens.ts';

const unavailable = {code: 'keys_unavailable', status: 503, title: 'Keys unavailable', detail: 'For tests.'};
const MINUTE = 60_000;
const run = promisify(execFile);

// The mocked clocks are global to the process, so the tests of this file run one after the other.
let time = 0;
test.beforeEach(() => mock.timers.enable({apis: ['setInterval', 'Date'], now: Date.now()}));
test.afterEach(() => mock.timers.reset());

/** Lets this time pass on every clock. */
function pass(ms: number): void {
  time += ms;
  mock.timers.tick(ms);
}

/** A service that publishes the keys of these signers and counts its requests. `answer` may be replaced. */
async function publish(t: ExecutionContext, ...signers: Signer[]) {
  const answerWith =
    (published: Signer[]): RequestListener =>
    (_request, response) =>
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({keys: published.flatMap(({jwks}) => jwks.keys)}));
  const publisher = {
    asked: 0,
    answer: answerWith(signers),
    publish: (...others: Signer[]) => (publisher.answer = answerWith(others)),
  };
  const server = createServer((request, response) => {
    publisher.asked += 1;
    t.is(request.url, '/users/.well-known/jwks.json');
    publisher.answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return {publisher, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/users/`};
}

/** Authenticates a token: the result is the caller's id, or the code of the error. */
function judge(url: string, timeoutMs = 1_000, metrics = createMetrics()) {
  const log = createLog('test', 'silent');
  const settings = {URL: url, CONNECT_MS: timeoutMs, ATTEMPT_MS: timeoutMs};
  const keys = createRemoteKeys({from: 'test', settings, unavailable, log, metrics, now: () => time});
  const authenticate = verifyTokens(names, keys);
  return async (token: string) =>
    authenticate(`Bearer ${token}`).then(
      ({id}) => id,
      (error: unknown) => (error instanceof AppError ? error.kind.code : error),
    );
}

const away: RequestListener = (_request, response) => response.writeHead(500).end();

/** Waits until the service has had this many requests, and the answer has arrived. */
async function untilAsked(publisher: {asked: number}, times: number, settled: () => Promise<unknown>) {
  while (publisher.asked < times) await new Promise(setImmediate);
  await settled();
}

test.serial('tokens are verified with the published keys, which are fetched once', async t => {
  const [signer, id] = [await createSigner(), newId()];
  const {publisher, url} = await publish(t, signer);
  const whoIs = judge(url);
  const token = await tokenFor(signer, id);

  const callers = await Promise.all([whoIs(token), whoIs(token), whoIs(token)]);

  t.deepEqual(callers, [id, id, id]);
  t.is(publisher.asked, 1);
});

test.serial('the keys are fetched again every minute', async t => {
  const signer = await createSigner();
  const {publisher, url} = await publish(t, signer);
  const whoIs = judge(url);
  await whoIs(await tokenFor(signer, newId()));

  pass(MINUTE - 1);
  const before = publisher.asked;
  pass(1);
  await untilAsked(publisher, 2, () => Promise.resolve());

  t.is(before, 1);
  t.is(publisher.asked, 2);
});

test.serial('while fetching fails, the cached keys stay valid for 15 minutes', async t => {
  const [signer, id] = [await createSigner(), newId()];
  const {publisher, url} = await publish(t, signer);
  const whoIs = judge(url);
  await whoIs(await tokenFor(signer, id));
  publisher.answer = away;

  const judged: unknown[] = [];
  for (let minute = 1; minute <= 16; minute++) {
    pass(MINUTE);
    judged.push(await whoIs(await tokenFor(signer, id)));
  }

  t.deepEqual(judged, [...Array(14).fill(id), 'keys_unavailable', 'keys_unavailable']);
});

test.serial('if no keys can be fetched, a token is answered with 503, not with 401', async t => {
  const signer = await createSigner();
  const {publisher, url} = await publish(t);
  publisher.answer = away;
  const whoIs = judge(url);
  const token = await tokenFor(signer, newId());

  const judged = await Promise.all([whoIs(token), whoIs(token), whoIs(token)]);
  const again = await whoIs(token);

  t.deepEqual([...judged, again], Array(4).fill('keys_unavailable'));
  t.is(publisher.asked, 1);
});

test.serial('fetching the keys has a timeout', async t => {
  const {publisher, url} = await publish(t);
  publisher.answer = () => undefined;
  const whoIs = judge(url, 50);

  t.is(await whoIs(await tokenFor(await createSigner(), newId())), 'keys_unavailable');
});

test.serial('a second after a failed fetch, the keys are fetched again', async t => {
  const [signer, id] = [await createSigner(), newId()];
  const {publisher, url} = await publish(t);
  publisher.answer = away;
  const whoIs = judge(url);
  await whoIs(await tokenFor(signer, id));
  publisher.publish(signer);

  const atOnce = await whoIs(await tokenFor(signer, id));
  pass(1_000);
  const later = await whoIs(await tokenFor(signer, id));

  t.deepEqual([atOnce, later], ['keys_unavailable', id]);
});

test.serial('during a key rotation, tokens of the old and the new key are accepted', async t => {
  const [old, next, id] = [await createSigner(), await createSigner(), newId()];
  const {publisher, url} = await publish(t, old);
  const whoIs = judge(url);
  await whoIs(await tokenFor(old, id));
  publisher.publish(old, next);
  pass(5_000);

  const judged = [await whoIs(await tokenFor(next, id)), await whoIs(await tokenFor(old, id))];

  t.deepEqual(judged, [id, id]);
});

test.serial('a thousand tokens with unknown key ids cause only one more fetch in five seconds', async t => {
  const [signer, stranger] = [await createSigner(), await createSigner()];
  const {publisher, url} = await publish(t, signer);
  const whoIs = judge(url);
  await whoIs(await tokenFor(signer, newId()));
  const forged = await Promise.all(
    Array.from({length: 1_000}, (_, index) => tokenFor({...stranger, kid: `made-up-${index}`}, newId())),
  );

  const codes = new Set(await Promise.all(forged.map(whoIs)));
  const within = publisher.asked;
  pass(5_000);
  for (const token of forged) codes.add(await whoIs(token));

  t.deepEqual(codes, new Set(['unauthorized']));
  t.is(within, 1);
  t.is(publisher.asked, 2);
});

test.serial('a redirect is not followed to fetch keys', async t => {
  const signer = await createSigner();
  const {publisher: other, url: elsewhere} = await publish(t, signer);
  const {publisher, url} = await publish(t);
  publisher.answer = (_request, response) => response.writeHead(302, {location: elsewhere}).end();

  t.is(await judge(url)(await tokenFor(signer, newId())), 'keys_unavailable');
  t.is(other.asked, 0);
});

test.serial('keys are neither kept nor dropped because the system time is set', async t => {
  const [old, next, id] = [await createSigner(), await createSigner(), newId()];
  const {publisher, url} = await publish(t, old);
  const metrics = createMetrics();
  const whoIs = judge(url, 1_000, metrics);
  await whoIs(await tokenFor(old, id));
  publisher.publish(old, next);

  mock.timers.setTime(Date.now() - 60 * MINUTE);
  time += 5_000;
  const rotated = await whoIs(await tokenFor(next, id));
  publisher.answer = away;
  mock.timers.setTime(Date.now() + 60 * MINUTE);
  time += 5_000;
  const kept = await whoIs(await tokenFor(old, id));

  t.deepEqual([rotated, kept], [id, id]);
  t.regex((await metrics.render()).body, /^token_keys_age_seconds 5$/mu);
});

test.serial('keys are fetched directly, even if the environment names a proxy', async t => {
  const signer = await createSigner();
  const {url} = await publish(t, signer);
  const {publisher: proxy, url: proxyUrl} = await publish(t);
  const code = `
    import {createLog} from '#platform/log.ts';
    import {createMetrics} from '#platform/metrics.ts';
    import {createRemoteKeys} from '#platform/remote-keys.ts';
    const settings = {URL: '${url}', CONNECT_MS: 5000, ATTEMPT_MS: 5000};
    const [log, metrics] = [createLog('test', 'silent'), createMetrics()];
    const find = createRemoteKeys({from: 'test', settings, unavailable: {}, log, metrics});
    const key = await find({alg: 'EdDSA', kid: '${signer.kid}'}, {});
    console.log(key.type);`;
  const env = {NODE_USE_ENV_PROXY: '1', HTTP_PROXY: new URL(proxyUrl).origin};

  const {stdout} = await run(process.execPath, ['--input-type=module', '--eval', code], {env});

  t.is(stdout, 'public\n');
  t.is(proxy.asked, 0);
});
