import {shuffled, type Random} from '../lib/random.ts';
import type {Run} from '../lib/run.ts';
import {startLoad, type Load} from '../lib/load/start.ts';
import type {Backends} from './backends.ts';
import type {BenchConfig} from './config.ts';
import {EXPORT_MS, startSystem, type Endpoint, type EndpointName, type Service, type System} from './system.ts';
import {variants, type Variant, type VariantName} from './variants.ts';

/** The CPU time of a request in one slice, in microseconds. The slices of a sweep are measured one right after another. */
export type Measurement = {sweep: string; variant: VariantName; endpoint: EndpointName; microseconds: number};

export type Results = {measured: Measurement[]; failures: string[]};

/** After so many requests, the JIT compiler is done with the code that answers them. */
const WARM_UP = {clients: 2, limit: 2_000};
const WARM_UP_S = 600;

/** The scrape interval of Prometheus. */
const SCRAPE_MS = 5_000;

/** Measures the sweeps of a round. It starts new processes, because two processes of one program differ by chance. */
export async function measureRound(
  round: number,
  backends: Backends,
  {config, signal}: Run<BenchConfig>,
  random: Random,
  results: Results,
): Promise<void> {
  const systems = await Promise.all(variants.map(variant => startSystem(variant, backends)));
  const streams = systems.flatMap(({endpoints}) => endpoints.map(({stream}) => stream));
  const options = {seed: config.BENCH_SEED, signal};
  const warmUp = await startLoad(
    streams.map(stream => ({...stream, ...WARM_UP})),
    options,
  );
  await warmUp.complete('warm-up', {seconds: WARM_UP_S});
  await warmUp.stop();

  const load = await startLoad(
    streams.map(stream => ({...stream, rate: config.BENCH_RATE})),
    options,
  );
  for (let sweep = 1; sweep <= config.BENCH_SWEEPS; sweep++) {
    await measureSweep(`${round}.${sweep}`, systems, load, config, random, results);
  }
  await load.stop();
  await Promise.all(systems.map(system => system.stop()));
}

type Slice = {sweep: string; variant: Variant; endpoint: Endpoint};

/** Measures a slice of every endpoint of every variant, in random order, so that no variant has the quietest machine. */
async function measureSweep(
  sweep: string,
  systems: System[],
  load: Load,
  config: BenchConfig,
  random: Random,
  {measured, failures}: Results,
): Promise<void> {
  const slices = systems.flatMap(({variant, endpoints}) => endpoints.map(endpoint => ({sweep, variant, endpoint})));
  for (const slice of shuffled(slices, random)) {
    const {variant, endpoint} = slice;
    const cost = await measureSlice(slice, load, config.BENCH_SLICE_MS);
    if (typeof cost === 'string') failures.push(`${endpoint.stream.name}: ${cost}`);
    else measured.push({sweep, variant: variant.name, endpoint: endpoint.name, microseconds: cost});
  }
}

/**
 * The CPU time of a request in microseconds, or why it cannot be measured. Spans are exported half a second late, so the
 * load begins half a second before the slice: then as many spans are exported in the slice as it makes.
 */
async function measureSlice({sweep, variant, endpoint}: Slice, load: Load, ms: number): Promise<number | string> {
  const {stream, status, services} = endpoint;
  await load.complete(`before ${sweep}`, {only: stream.name, seconds: EXPORT_MS / 1000});

  const before = await cpuOf(services);
  const {[stream.name]: outcomes = {}} = await load.complete(sweep, {only: stream.name, seconds: ms / 1000});
  const served = await cpuOf(services);
  if (variant.isScraped) await scrape(services);
  const scraped = await cpuOf(services);

  const {[status]: answered = [], ...others} = outcomes;
  const [failure] = Object.keys(others);
  return failure ?? (served - before + ((scraped - served) * ms) / SCRAPE_MS) / answered.length;
}

/** The CPU time that the services have used so far, in microseconds. */
async function cpuOf(services: Service[]): Promise<number> {
  const usages = await Promise.all(services.map(({program}) => program.ask<NodeJS.CpuUsage>()));
  return usages.reduce((sum, {user, system}) => sum + user + system, 0);
}

/** Reads the metrics as Prometheus does. */
async function scrape(services: Service[]): Promise<void> {
  for (const {metricsUrl} of services) {
    const response = await fetch(metricsUrl, {headers: {accept: 'application/openmetrics-text'}});
    await response.text();
  }
}
