import {createChecker, type Claim} from '../lib/claims.ts';
import {commitOf, machine, today} from '../lib/origin.ts';
import {randomFrom} from '../lib/random.ts';
import {run, say, type Run} from '../lib/run.ts';
import {startBackends, type Backends} from './backends.ts';
import {settings, type BenchConfig} from './config.ts';
import {describeChecks} from './cross-check.ts';
import {describeFact, type Fact} from './facts.ts';
import {latencies} from './latency.ts';
import {measureRound, type Results} from './measure.ts';
import {memory} from './memory.ts';
import {overhead} from './overhead.ts';
import {latencyTable, writePages} from './page.ts';
import {probe} from './probe.ts';
import {readRecord, writeRecord} from './record.ts';
import {besideRecord, BOUND, judged, tables, verdict} from './report.ts';
import {scale} from './scale.ts';
import {startUp} from './start-up.ts';
import {variantBefore, variants, type BenchName, type Variant} from './variants.ts';

// `npm run bench`: the CPU time of a request, with and without observability, and beside other ways to write the services.

const claim: Claim<Run<BenchConfig>> = [`observability costs at most ${BOUND} % of CPU`, measure];

/** Another benchmark, by a word of the command. */
const named: Record<string, BenchName> = {'--quick': 'quick', '--observability': 'observability'};

async function measure(run: Run<BenchConfig>): Promise<string> {
  const {BENCH_RATE: rate, BENCH_SLICE_MS: ms, BENCH_SEED: seed} = run.config;
  const isRecorded = run.words.includes('--record');
  const bench = run.words.map(word => named[word]).find(Boolean) ?? 'whole';
  say(`${today()}, ${machine()}`);
  say(`${rate} requests/s in slices of ${ms} ms, BENCH_SEED=${seed}`);
  const backends = await startBackends(run.cleanups);
  const results = await measureRounds(run, bench, backends);
  const {measured, checks} = results;
  const figures = await conclude(results, rate);
  if (bench !== 'whole') return figures;

  const facts = await measureFacts(run, backends);
  const latency = await latencies(run, backends, measured);
  say(`${facts.map(describeFact).join('\n')}\n\n${latencyTable(latency)}\n`);
  if (isRecorded) {
    const about = {date: today(), commit: await commitOf(['services', 'package-lock.json']), machine: machine()};
    await writeRecord({...about, checks, facts, latencies: latency, measured});
    await writePages();
  }
  return figures;
}

/** The quick benchmark is one round, with enough sweeps to tell something. */
const QUICK_SWEEPS = 3;

async function measureRounds(run: Run<BenchConfig>, bench: BenchName, backends: Backends): Promise<Results> {
  const {BENCH_BEFORE: before, BENCH_SEED: seed} = run.config;
  const seconds = bench === 'quick' ? 0 : run.config.BENCH_SECONDS;
  const config = bench === 'quick' ? {...run.config, BENCH_SWEEPS: QUICK_SWEEPS} : run.config;
  const start = performance.now();
  const chosen = variants.filter(({runs}) => runs.includes(bench));
  if (before) chosen.push(variantBefore(before));
  await probeAll(chosen, backends);

  const random = randomFrom(seed);
  const results: Results = {measured: [], failures: [], checks: []};
  let round = 0;
  do {
    await measureRound(++round, chosen, backends, {...run, config}, random, results);
    say(`round ${round}: ${results.measured.length} slices so far`);
  } while (performance.now() - start < seconds * 1000);
  return results;
}

async function probeAll(chosen: Variant[], backends: Backends): Promise<void> {
  for (const variant of chosen.filter(({spansOf}) => spansOf.length > 0)) {
    for (const line of await probe(variant, backends)) say(line);
  }
}

const measureFacts = async (run: Run<BenchConfig>, backends: Backends): Promise<Fact[]> => [
  ...(await startUp(backends)),
  ...(await memory(run, backends)),
  ...(await overhead(run, backends)),
  ...(await scale(run, backends)),
];

/** The share of slices that may fail. If more do, the machine is too busy for the others to mean anything. */
const MOST_FAILURES = 0.2;

async function conclude({measured, failures, checks}: Results, rate: number): Promise<string> {
  const share = failures.length / (failures.length + measured.length);
  if (share > 0) say(`${failures.length} slices left out because requests failed; the last one: ${failures.at(-1)}`);
  if (share > MOST_FAILURES) throw new Error(`the machine is too busy for BENCH_RATE=${rate}`);

  const recorded = besideRecord(measured, await readRecord());
  say(`\n${tables(measured)}\n\n${describeChecks(checks)}\n\n${judged(measured)}\n\n${recorded}\n`);
  const {figures, isExceeded} = verdict(measured);
  if (isExceeded) throw new Error(figures);
  return figures;
}

await run(settings, async run => {
  const checker = createChecker(run);
  await checker.check(claim, run);
  return checker.conclude();
});
