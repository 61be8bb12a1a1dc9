import {created, credentialsOf, registration} from '../api.ts';
import {call} from '../../lib/client.ts';
import {AS_IN_PODS, withSystem, type System} from '../system.ts';
import {POD_MIB} from '../../lib/pod.ts';
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

/** Two measurements on one machine differ by this much by chance. */
const NOISE_MS = 10;

/** Reads stay fast while many clients log in, although each login hashes a password. */
export async function logins(run: Run): Promise<string> {
  return withSystem(run, {users: AS_IN_PODS.users}, async system => {
    const load = await startLoad(await streamsOf(system), run);
    await during(load, 'warm', 3, {only: 'reads'});
    await during(load, 'idle', SECONDS, {only: 'reads'});
    await during(load, 'logins', SECONDS);
    const memoryMib = await residentMib(system.users.opsUrl);
    const report = await load.stop();

    const [idle, busy] = [outcomesOf(report, 'reads', 'idle'), outcomesOf(report, 'reads', 'logins')];
    const [idleMs, busyMs] = [p99(idle['200']), p99(busy['200'])];
    const answers = outcomesOf(report, 'logins', 'logins');
    const figures = `p99 of reads ${idleMs.toFixed(1)} ms, and ${busyMs.toFixed(1)} ms for ${countOf(busy)} reads while ${LOGINS} clients log in without a pause (logins: ${countsOf(answers)}); users then uses ${memoryMib.toFixed(0)} MiB`;
    return shown(figures, {
      'every read is answered': shareOf(busy, '200') === 1,
      'p99 of reads is at most twice that without logins':
        busyMs <= Math.max(2 * idleMs, idleMs + NOISE_MS * run.config.FAULTS_SCALE),
      'the memory of users is bounded': memoryMib <= POD_MIB,
      'some logins succeed': countOf(answers) > 0,
    });
  });
}

async function streamsOf({auth, users}: System): Promise<Stream[]> {
  const id = created(await call('POST', `${users.url}/api/users`, {json: registration('reader')}));
  const session = {method: 'POST', url: `${users.url}/api/sessions`} as const;
  return [
    {name: 'reads', method: 'GET', url: `${users.url}/api/users/${id}`, headers: await auth.user(id), rate: RATE},
    {...session, name: 'logins', body: JSON.stringify(credentialsOf('reader')), clients: LOGINS},
  ];
}
