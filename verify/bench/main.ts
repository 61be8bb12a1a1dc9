import {cpus} from 'node:os';
import {randomFrom} from '../lib/random.ts';
import {run, say, type Run} from '../lib/run.ts';
import {settings, type BenchConfig} from './config.ts';
import {measureRound, type Results} from './measure.ts';
import {probe} from './probe.ts';
import {table, verdict} from './report.ts';
import {startBackends, type Backends} from './backends.ts';
import {variants} from './variants.ts';

// `npm run bench`: what observability costs a request, and what stock instrumentation does, measured side by side.

/** Whether the claim stands. */
async function bench({config, cleanups}: Run<BenchConfig>): Promise<boolean> {
  const {BENCH_SECONDS: seconds, BENCH_RATE: rate, BENCH_SLICE_MS: ms, BENCH_SEED: seed} = config;
  const start = performance.now();
  say(
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpus()[0]?.model}), Node ${process.version}`,
  );
  say(`${rate} requests/s in slices of ${ms} ms, BENCH_SEED=${seed}`);
  const backends = await startBackends(cleanups);
  await probeAll(backends);

  const random = randomFrom(seed);
  const results: Results = {measured: [], failures: []};
  let round = 0;
  do {
    await measureRound(++round, backends, config, random, results);
    say(`round ${round}: ${results.measured.length} slices so far`);
  } while (performance.now() - start < seconds * 1000);
  return conclude(results);
}

async function probeAll(backends: Backends): Promise<void> {
  for (const variant of variants.filter(({spansOf}) => spansOf.length > 0)) {
    for (const line of await probe(variant, backends)) say(line);
  }
}

/** What slices may fail, as a share of all: with more, the rest would tell of a machine that is too busy. */
const MOST_FAILURES = 0.2;

function conclude({measured, failures}: Results): boolean {
  const share = failures.length / (failures.length + measured.length);
  if (share > 0) say(`${failures.length} slices left out, since requests failed; the last: ${failures.at(-1)}`);
  if (share > MOST_FAILURES) throw new Error('the machine is too busy for BENCH_RATE');

  const {line, isRefuted} = verdict(measured);
  say(`\n${table(measured)}\n\n${line}`);
  return !isRefuted;
}

await run(settings, bench);
