import type {BenchConfig} from './config.ts';
import {EXPORT_MS, startSystem, type Endpoint, type EndpointName, type System, type Service} from './system.ts';
import {shuffled, type Random} from '../lib/random.ts';
import {arrivals} from './schedule.ts';
import {sendAt, sendMany} from './send.ts';
import type {Backends} from './backends.ts';
import {variants, type VariantName} from './variants.ts';

/** What a request took of the CPU in one slice, in microseconds. Slices of one sweep were measured side by side. */
export type Measurement = {sweep: string; variant: VariantName; endpoint: EndpointName; microseconds: number};

export type Results = {measured: Measurement[]; failures: string[]};

/** By then the compiler is done with all that runs for a request. */
const WARM_UP_REQUESTS = 2_000;

/** How often Prometheus would read the metrics. */
const SCRAPE_MS = 5_000;

/** Starts every variant anew, so that no result is the luck of one process, and measures its sweeps. */
export async function measureRound(
  round: number,
  backends: Backends,
  config: BenchConfig,
  random: Random,
  results: Results,
): Promise<void> {
  const systems = await Promise.all(variants.map(variant => startSystem(variant, backends)));
  const endpoints = systems.flatMap(system => system.endpoints);
  await Promise.all(endpoints.map(({nextCall}) => sendMany(WARM_UP_REQUESTS, nextCall)));

  for (let sweep = 1; sweep <= config.BENCH_SWEEPS; sweep++) {
    await measureSweep(`${round}.${sweep}`, systems, config, random, results);
  }
  await Promise.all(systems.map(system => system.stop()));
}

/** A slice of every endpoint of every variant, in random order: what disturbs the machine now disturbs all of them. */
async function measureSweep(
  sweep: string,
  systems: System[],
  config: BenchConfig,
  random: Random,
  {measured, failures}: Results,
): Promise<void> {
  const slices = systems.flatMap(({variant, endpoints}) => endpoints.map(endpoint => ({variant, endpoint})));
  for (const {variant, endpoint} of shuffled(slices, random)) {
    const cost = await measureSlice(endpoint, variant.isScraped, config, random);
    if (typeof cost === 'string') failures.push(`${variant.name}: ${cost}`);
    else measured.push({sweep, variant: variant.name, endpoint: endpoint.name, microseconds: cost});
  }
}

/**
 * What a request costs the processes that take part in it, or why that cannot be said. The spans of the half second
 * before are sent during the slice, in place of those of its last half second.
 */
async function measureSlice(
  {nextCall, services}: Endpoint,
  isScraped: boolean,
  {BENCH_RATE: rate, BENCH_SLICE_MS: ms}: BenchConfig,
  random: Random,
): Promise<number | string> {
  await sendAt(arrivals(random, rate, EXPORT_MS), nextCall);

  const times = arrivals(random, rate, ms);
  const before = await cpuOf(services);
  const [failure] = await sendAt(times, nextCall);
  const served = await cpuOf(services);
  if (isScraped) await scrape(services);
  const scraped = await cpuOf(services);

  return failure ?? (served - before + ((scraped - served) * ms) / SCRAPE_MS) / times.length;
}

/** The CPU time that the services have taken so far, in microseconds. */
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
