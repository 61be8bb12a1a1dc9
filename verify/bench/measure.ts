import {shuffled, type Random} from '../lib/random.ts';
import type {Run} from '../lib/run.ts';
import {startLoad, type Load} from '../lib/load/start.ts';
import type {Backends} from './backends.ts';
import type {BenchConfig} from './config.ts';
import {crossCheck, type CrossCheck} from './cross-check.ts';
import type {FigureName, Measurement} from './figures.ts';
import {EXPORT_MS, startSystem, type Endpoint, type Service, type System} from './system.ts';
import type {Variant} from './variants.ts';

export type Results = {measured: Measurement[]; failures: string[]; checks: CrossCheck[]};

/**
 * Each endpoint is loaded so long before anything is measured, by as many clients as later: a read of `all` takes 370 µs at
 * first and 240 µs once the JIT compiler is done, which takes it 8,000 requests.
 */
const WARM_UP_S = 5;

/** Clients that send without a pause. So few are refused by nobody, and so many keep a process busy. */
const CLIENTS = 24;

/** The scrape interval of Prometheus. */
const SCRAPE_MS = 5_000;

/** A way to load an endpoint. Requests at a low rate wake sleeping processes; at saturation nobody sleeps. */
type Regime = {load: Load; figuresOf: (slice: Slice) => Partial<Record<FigureName, number>>};

/** What one slice took: CPU time in microseconds, seconds, and the number of right answers. */
type Slice = {cpu: NodeJS.CpuUsage; seconds: number; answers: number};

/** Measures the sweeps of a round. It starts new processes, because two processes of one program differ by chance. */
export async function measureRound(
  round: number,
  variants: Variant[],
  backends: Backends,
  {config, signal}: Run<BenchConfig>,
  random: Random,
  results: Results,
): Promise<void> {
  const systems = await Promise.all(variants.map(variant => startSystem(variant, backends)));
  const streams = systems.flatMap(({endpoints}) => endpoints.map(({stream}) => stream));
  const start = (clients: object) =>
    startLoad(
      streams.map(stream => ({...stream, ...clients})),
      {seed: config.BENCH_SEED, signal},
    );
  const saturation = await start({clients: CLIENTS});
  for (const {name} of streams) await saturation.complete('warm-up', {only: name, seconds: WARM_UP_S});

  const regimes: Regime[] = [
    {
      load: await start({rate: config.BENCH_RATE}),
      figuresOf: ({cpu, answers}) => ({cold: (cpu.user + cpu.system) / answers}),
    },
    {
      load: saturation,
      figuresOf: ({cpu, answers, seconds}) => ({hot: cpu.user / answers, throughput: answers / seconds}),
    },
  ];
  for (let sweep = 1; sweep <= config.BENCH_SWEEPS; sweep++) {
    await measureSweep(`${round}.${sweep}`, systems, regimes, config, random, results);
    await checkLoad(`${round}.${sweep}`, systems, saturation, results);
  }
  for (const {load} of regimes) await load.stop();
  await Promise.all(systems.map(system => system.stop()));
}

/** Compares our load generator with another one, by the first endpoint of `all`. */
async function checkLoad(sweep: string, systems: System[], load: Load, {checks, failures}: Results): Promise<void> {
  const [read] = systems.find(({variant}) => variant.name === 'all')?.endpoints ?? [];
  if (!read) return;

  const check = await crossCheck(sweep, read, load, CLIENTS);
  if (typeof check === 'string') failures.push(`${read.stream.name}: ${check}`);
  else checks.push(check);
}

/** Measures every endpoint of every variant in every regime, in random order, so that none has the quietest machine. */
async function measureSweep(
  sweep: string,
  systems: System[],
  regimes: Regime[],
  config: BenchConfig,
  random: Random,
  {measured, failures}: Results,
): Promise<void> {
  const slices = systems.flatMap(({variant, endpoints}) =>
    endpoints.flatMap(endpoint => regimes.map(regime => ({variant, endpoint, regime}))),
  );
  for (const {variant, endpoint, regime} of shuffled(slices, random)) {
    const slice = await measureSlice(sweep, variant, endpoint, regime.load, config.BENCH_SLICE_MS);
    if (typeof slice === 'string') failures.push(`${endpoint.stream.name}: ${slice}`);
    else
      for (const [figure, value] of Object.entries(regime.figuresOf(slice))) {
        measured.push({sweep, variant: variant.name, endpoint: endpoint.name, figure: figure as FigureName, value});
      }
  }
}

/**
 * Measures one slice; or says why it cannot be measured. Spans are exported half a second late, so the load begins half
 * a second before the slice: then as many spans are exported in the slice as it makes.
 */
async function measureSlice(
  sweep: string,
  variant: Variant,
  {stream, status, services}: Endpoint,
  load: Load,
  ms: number,
): Promise<Slice | string> {
  await load.complete(`before ${sweep}`, {only: stream.name, seconds: EXPORT_MS / 1000});

  const start = performance.now();
  const before = await cpuOf(services);
  const {[stream.name]: outcomes = {}} = await load.complete(sweep, {only: stream.name, seconds: ms / 1000});
  const served = await cpuOf(services);
  const seconds = (performance.now() - start) / 1000;
  if (variant.isScraped) await scrape(services);
  const scraped = await cpuOf(services);

  const {[status]: answered = [], ...others} = outcomes;
  const [failure] = Object.keys(others);
  if (failure !== undefined) return failure;
  const spent = (kind: 'user' | 'system') =>
    served[kind] - before[kind] + ((scraped[kind] - served[kind]) * ms) / SCRAPE_MS;
  return {cpu: {user: spent('user'), system: spent('system')}, seconds, answers: answered.length};
}

/** The CPU time that the services have used so far, in microseconds. */
async function cpuOf(services: Service[]): Promise<NodeJS.CpuUsage> {
  const usages = await Promise.all(services.map(({program}) => program.ask<NodeJS.CpuUsage>()));
  const sumOf = (kind: 'user' | 'system') => usages.reduce((sum, usage) => sum + usage[kind], 0);
  return {user: sumOf('user'), system: sumOf('system')};
}

/** Reads the metrics as Prometheus does. */
async function scrape(services: Service[]): Promise<void> {
  for (const {opsUrl} of services) {
    const response = await fetch(`${opsUrl}/metrics`, {headers: {accept: 'application/openmetrics-text'}});
    await response.text();
  }
}
