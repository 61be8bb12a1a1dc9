import type {Run} from '../lib/run.ts';
import {startLoad} from '../lib/load/start.ts';
import {quantile} from '../lib/stats.ts';
import type {Backends} from './backends.ts';
import type {BenchConfig} from './config.ts';
import {valuesOf, type Measurement} from './figures.ts';
import {startSystem, type Endpoint, type EndpointName, type System} from './system.ts';
import {variants, type VariantName} from './variants.ts';

/** The latencies of an endpoint of a variant at a rate that every variant can answer, in milliseconds. */
export type Latency = {
  variant: VariantName;
  endpoint: EndpointName;
  rate: number;
  p50: number;
  p99: number;
  p999: number;
};

const COMPARED = new Set<VariantName>(['all', 'none', 'tutorial', 'fastify-stock', 'nest-stock']);

/** The share of what `all` answers at saturation. */
const LOAD = 0.4;

/** Turns and their seconds: enough requests for the highest of a thousand. */
const [TURNS, SECONDS] = [3, 4];

/** Latencies at 40 % load, from the scheduled time of each request, so that a stall counts for all that it delayed. */
export async function latencies(
  {config, signal}: Run<BenchConfig>,
  backends: Backends,
  measured: Measurement[],
): Promise<Latency[]> {
  const chosen = variants.filter(({name}) => COMPARED.has(name));
  const systems = await Promise.all(chosen.map(variant => startSystem(variant, backends)));
  const rated = systems.flatMap(system => ratedOf(system, measured));
  const streams = rated.map(({endpoint: {stream}, rate}) => ({...stream, rate}));
  const load = await startLoad(streams, {seed: config.BENCH_SEED, signal});
  const times = new Map<Endpoint, number[]>();
  for (let turn = 0; turn <= TURNS; turn += 1) {
    for (const {endpoint} of rated) {
      const {name} = endpoint.stream;
      const {[name]: outcomes = {}} = await load.complete(`latency ${turn}`, {only: name, seconds: SECONDS});
      // The first turn lets the JIT compiler finish.
      if (turn > 0) times.set(endpoint, [...(times.get(endpoint) ?? []), ...Object.values(outcomes).flat()]);
    }
  }
  await load.stop();
  await Promise.all(systems.map(system => system.stop()));
  return rated.map(({variant, endpoint, rate}) => latencyOf(variant, endpoint.name, rate, times.get(endpoint)));
}

/** Every variant gets the same rate, so that their latencies can be compared. */
const ratedOf = ({variant, endpoints}: System, measured: Measurement[]) =>
  endpoints.map(endpoint => {
    const most = valuesOf(measured, {figure: 'throughput', endpoint: endpoint.name}, 'all');
    return {variant: variant.name, endpoint, rate: Math.round((most?.median ?? 0) * LOAD)};
  });

const latencyOf = (variant: VariantName, endpoint: EndpointName, rate: number, ms: number[] = []): Latency => ({
  variant,
  endpoint,
  rate,
  p50: quantile(ms, 0.5),
  p99: quantile(ms, 0.99),
  p999: quantile(ms, 0.999),
});
