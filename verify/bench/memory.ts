import type {Run} from '../lib/run.ts';
import {startLoad} from '../lib/load/start.ts';
import {HEAP} from '../lib/pod.ts';
import {residentMib} from '../lib/scrape.ts';
import type {Backends} from './backends.ts';
import type {BenchConfig} from './config.ts';
import type {Fact} from './facts.ts';
import {compiled} from './start-up.ts';
import {startSystem} from './system.ts';
import {all} from './variants.ts';

/** Requests a second in all, for so long: the heap has been collected several times by then. */
const [RATE, SECONDS] = [300, 30];

const MB_PER_MIB = 2 ** 20 / 1e6;

/** The resident memory of each service at a steady load, with the heap of a pod and the compile cache that start-up.ts filled. */
export async function memory({config, signal}: Run<BenchConfig>, backends: Backends): Promise<Fact[]> {
  const {endpoints, stop} = await startSystem({...all, settings: {...HEAP, ...compiled(backends)}}, backends);
  const streams = endpoints.map(({stream}) => ({...stream, rate: RATE / endpoints.length}));
  const load = await startLoad(streams, {seed: config.BENCH_SEED, signal});
  await load.complete('steady', {seconds: SECONDS});
  const [users, orders] = endpoints[1]?.services ?? [];
  const facts = await Promise.all(
    Object.entries({users, orders}).map(async ([name, service]) => ({
      what: `memory of ${name} at ${RATE} requests/s`,
      unit: ' MB',
      values: [(await residentMib(service?.opsUrl ?? '')) * MB_PER_MIB],
      atMost: 130,
    })),
  );
  await load.stop();
  await stop();
  return facts;
}
