import {generateKeyPairSync} from 'node:crypto';
import {created, registration} from '../api.ts';
import {call} from '../client.ts';
import {AS_IN_PODS, POD_MIB, withSystem, type System} from '../system.ts';
import {shown} from '../../lib/claims.ts';
import type {Run} from '../run.ts';
import {startLoad} from '../../lib/load/start.ts';
import type {Stream} from '../../lib/load/plan.ts';
import {countOf, countsOf, outcomesOf, shareOf} from '../../lib/load/report.ts';
import {residentMib} from '../../lib/scrape.ts';
import {p99} from '../../lib/stats.ts';
import {during} from '../traffic.ts';

const LOGINS = 50;
const RATE = 100;
const SECONDS = 15;

/** Two measurements on one machine differ by this much for no reason. */
const NOISE_MS = 10;

const withTokens = () => ({
  AUTH: 'token',
  AUTH_KEYS: String(generateKeyPairSync('ed25519').privateKey.export({type: 'pkcs8', format: 'pem'})),
  // All of them come from this machine.
  ATTEMPTS_PER_ADDRESS: '0',
  ATTEMPTS_PER_ACCOUNT: '0',
});

/** Passwords are hashed beside the requests, not in front of them. */
export async function logins(run: Run): Promise<string> {
  return withSystem(run, {users: {...AS_IN_PODS.users, ...withTokens()}}, async system => {
    const {reads, logins} = await streamsOf(system);
    const load = await startLoad([reads], run);
    await during(load, 'warm', 1, 3);
    await during(load, 'idle', 1, SECONDS);
    const beside = await startLoad([logins], run);
    beside.enter('logins');
    await during(load, 'logins', 1, SECONDS);
    const memoryMib = await residentMib(system.users.opsUrl);
    const [report, besideReport] = [await load.stop(), await beside.stop()];

    const [idle, busy] = [outcomesOf(report, 'reads', 'idle'), outcomesOf(report, 'reads', 'logins')];
    const [idleMs, busyMs] = [p99(idle['200']), p99(busy['200'])];
    const answers = outcomesOf(besideReport, 'logins', 'logins');
    const figures = `p99 of ${countOf(busy)} reads ${idleMs.toFixed(1)} ms, beside ${LOGINS} clients that log in all the time ${busyMs.toFixed(1)} ms (logins: ${countsOf(answers)}); users has ${memoryMib.toFixed(0)} MiB then`;
    return shown(figures, {
      'every read is answered': shareOf(busy, '200') === 1,
      'p99 of reads is at most twice that without':
        busyMs <= Math.max(2 * idleMs, idleMs + NOISE_MS * run.config.FAULTS_SCALE),
      "users' memory is bounded": memoryMib <= POD_MIB,
      'users logged in': countOf(answers) > 0,
    });
  });
}

async function streamsOf({users}: System): Promise<{reads: Stream; logins: Stream}> {
  const {email, password} = registration('reader');
  const id = created(await call('POST', `${users.url}/api/users`, {json: registration('reader')}));
  const session = {method: 'POST', url: `${users.url}/api/sessions`} as const;
  const {body} = await call(session.method, session.url, {json: {email, password}});
  const headers = {Authorization: `Bearer ${String(body['accessToken'])}`};
  return {
    reads: {name: 'reads', method: 'GET', url: `${users.url}/api/users/${id}`, headers, rate: RATE},
    logins: {...session, name: 'logins', body: JSON.stringify({email, password}), clients: LOGINS},
  };
}
