import * as z from 'zod';
import {readConfig} from '#platform/config.ts';
import {attack, generate, prepare, type Outcome} from './campaign.ts';
import {startDuet} from '../start-system.ts';

// `npm run fuzz`: thousands of requests, generated and hostile, to both services as processes.

const count = z.coerce.number().int().min(0);
const config = readConfig(
  z.object({
    FUZZ_GENERATED: count.default(20_000),
    FUZZ_HOSTILE: count.default(5_000),
    FUZZ_SEED: z.coerce.number().int().optional(),
  }),
  process.env,
);

function report(what: string, {seed, statuses, faults}: Outcome, since: number): void {
  const all = Object.values(statuses).reduce((sum, each) => sum + each, 0);
  const errors = Object.entries(statuses).filter(([status]) => Number(status) >= 500);
  const by = (entries: [string, number][]) =>
    entries.map(([status, each]) => `${status}: ${each}`).join(', ') || 'none';
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  console.log(`${what}: ${all} in ${seconds} s, seed ${seed}; ${by(Object.entries(statuses))}`);
  console.log(`  5xx ${by(errors)}; not as documented ${faults.length}`);
  for (const fault of faults.slice(0, 10)) console.log(`  ${fault}`);
}

// A machine that is slow is not what this looks for.
const patient = {USERS_CONNECT_MS: '10000', USERS_ATTEMPT_MS: '10000', USERS_CHECK_MS: '10000'};

const ends: (() => unknown)[] = [];
try {
  const target = await prepare(await startDuet({teardown: end => ends.push(end)}, patient));
  ends.push(() => target.close());

  const before = await target.content();
  let start = performance.now();
  const hostile = await attack(target, config.FUZZ_HOSTILE, config.FUZZ_SEED);
  report('hostile', hostile, start);
  const changed = (await target.content()) !== before;
  console.log(`  the databases ${changed ? 'CHANGED' : 'are as they were'}`);

  start = performance.now();
  const generated = await generate(target, config.FUZZ_GENERATED, config.FUZZ_SEED);
  report('generated', generated, start);
  if (changed || hostile.faults.length + generated.faults.length > 0) process.exitCode = 1;
} finally {
  for (const end of ends.toReversed()) await end();
}
