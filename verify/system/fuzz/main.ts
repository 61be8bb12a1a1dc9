import {run, say, type Run} from '../../lib/run.ts';
import {startSystem} from '../start-system.ts';
import {attack, generate, prepare, type Outcome} from './campaign.ts';
import {settings, type FuzzConfig} from './config.ts';

// `npm run fuzz`: sends thousands of hostile and generated requests to both services.

// On a slow machine, the default timeouts would cause 503s.
const patient = {USERS_CONNECT_MS: '10000', USERS_ATTEMPT_MS: '10000', USERS_CHECK_MS: '10000'};

/** @returns whether every request was answered as documented, and the hostile ones changed nothing. */
async function fuzz({config, cleanups}: Run<FuzzConfig>): Promise<boolean> {
  const target = await prepare(await startSystem({teardown: end => cleanups.push(async () => end())}, patient));
  cleanups.push(() => target.close());

  const before = await target.content();
  let start = performance.now();
  const hostile = await attack(target, config.FUZZ_HOSTILE, config.FUZZ_SEED);
  report('hostile', hostile, start);
  const changed = (await target.content()) !== before;
  say(`  the databases ${changed ? 'CHANGED' : 'are unchanged'}`);

  start = performance.now();
  const generated = await generate(target, config.FUZZ_GENERATED, config.FUZZ_SEED);
  report('generated', generated, start);
  return !changed && hostile.faults.length + generated.faults.length === 0;
}

function report(what: string, {seed, statuses, faults}: Outcome, since: number): void {
  const all = Object.values(statuses).reduce((sum, each) => sum + each, 0);
  const errors = Object.entries(statuses).filter(([status]) => Number(status) >= 500);
  const by = (entries: [string, number][]) =>
    entries.map(([status, each]) => `${status}: ${each}`).join(', ') || 'none';
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  say(`${what}: ${all} in ${seconds} s, seed ${seed}; ${by(Object.entries(statuses))}`);
  say(`  5xx ${by(errors)}; not as documented ${faults.length}`);
  for (const fault of faults.slice(0, 10)) say(`  ${fault}`);
}

await run(settings, fuzz);
