import {cpus} from 'node:os';
import {createChecker, type Claim} from '../lib/claims.ts';
import {randomFrom} from '../lib/random.ts';
import {run, say, type Run} from '../lib/run.ts';
import {startBackends, type Backends} from './backends.ts';
import {settings, type BenchConfig} from './config.ts';
import {describeChecks} from './cross-check.ts';
import {measureRound, type Results} from './measure.ts';
import {probe} from './probe.ts';
import {BOUND, judged, tables, verdict} from './report.ts';
import {variantBefore, variants, type Variant} from './variants.ts';

// `npm run bench`: the CPU time of a request, with and without observability, and beside other ways to write the services.

const claim: Claim<Run<BenchConfig>> = [`observability costs at most ${BOUND} % of CPU`, measure];

/** Without the variants that would take more than the 4 minutes that CI has. */
const QUICK = '--quick';

async function measure(run: Run<BenchConfig>): Promise<string> {
  const {words} = run;
  const {BENCH_SECONDS: seconds, BENCH_RATE: rate, BENCH_SLICE_MS: ms, BENCH_SEED: seed} = run.config;
  const start = performance.now();
  say(
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpus()[0]?.model}), Node ${process.version}`,
  );
  say(`${rate} requests/s in slices of ${ms} ms, BENCH_SEED=${seed}`);
  const backends = await startBackends(run.cleanups);
  const {BENCH_BEFORE: before} = run.config;
  const chosen = variants.filter(({isQuick}) => isQuick || !words.includes(QUICK));
  if (before) chosen.push(variantBefore(before));
  await probeAll(chosen, backends);

  const random = randomFrom(seed);
  const results: Results = {measured: [], failures: [], checks: []};
  let round = 0;
  do {
    await measureRound(++round, chosen, backends, run, random, results);
    say(`round ${round}: ${results.measured.length} slices so far`);
  } while (performance.now() - start < seconds * 1000);
  return conclude(results, rate);
}

async function probeAll(chosen: Variant[], backends: Backends): Promise<void> {
  for (const variant of chosen.filter(({spansOf}) => spansOf.length > 0)) {
    for (const line of await probe(variant, backends)) say(line);
  }
}

/** The share of slices that may fail. If more do, the machine is too busy for the others to mean anything. */
const MOST_FAILURES = 0.2;

function conclude({measured, failures, checks}: Results, rate: number): string {
  const share = failures.length / (failures.length + measured.length);
  if (share > 0) say(`${failures.length} slices left out because requests failed; the last one: ${failures.at(-1)}`);
  if (share > MOST_FAILURES) throw new Error(`the machine is too busy for BENCH_RATE=${rate}`);

  say(`\n${tables(measured)}\n\n${describeChecks(checks)}\n\n${judged(measured)}\n`);
  const {figures, isExceeded} = verdict(measured);
  if (isExceeded) throw new Error(figures);
  return figures;
}

await run(settings, async run => {
  const checker = createChecker(run);
  await checker.check(claim, run);
  return checker.conclude();
});
