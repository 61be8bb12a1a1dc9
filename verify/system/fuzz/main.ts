import {run, say, type Run} from '../../lib/run.ts';
import {modes, type Mode} from '../../lib/auth.ts';
import {attack, generate, leaks, type Outcome} from './campaign.ts';
import {settings, type FuzzConfig} from './config.ts';
import {startTarget} from './target.ts';

// `npm run fuzz`: sends thousands of hostile and generated requests to both services, in each mode of AUTH.

// On a slow machine, the default timeouts would cause 503s.
const patient = {USERS_CONNECT_MS: '10000', USERS_ATTEMPT_MS: '10000', USERS_CHECK_MS: '10000'};

/** @returns whether every request was answered as documented, the hostile ones changed nothing, and no secret leaked. */
async function fuzz(run: Run<FuzzConfig>): Promise<boolean> {
  const outcomes: boolean[] = [];
  for (const mode of modes) {
    say(`AUTH=${mode}`);
    outcomes.push(await fuzzIn(mode, run));
  }
  return outcomes.every(Boolean);
}

async function fuzzIn(mode: Mode, {config, cleanups}: Run<FuzzConfig>): Promise<boolean> {
  const t = {teardown: (end: () => unknown) => cleanups.push(async () => end())};
  const {target, logged} = await startTarget(t, mode, patient);

  const before = await target.content();
  let start = performance.now();
  const hostile = await attack(target, config.FUZZ_HOSTILE, config.FUZZ_SEED);
  report('hostile', hostile, start);
  const changed = (await target.content()) !== before;
  say(`  the databases ${changed ? 'CHANGED' : 'are unchanged'}`);

  start = performance.now();
  const generated = await generate(target, config.FUZZ_GENERATED, config.FUZZ_SEED);
  report('generated', generated, start);

  const leaked = await leaks(target, await logged());
  say(`secrets in logs and metrics: ${leaked.join(', ') || 'none'}`);
  return !changed && hostile.faults.length + generated.faults.length + leaked.length === 0;
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
