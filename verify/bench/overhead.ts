import type {Run} from '../lib/run.ts';
import {startLoad} from '../lib/load/start.ts';
import {p99} from '../lib/stats.ts';
import type {Backends} from './backends.ts';
import type {BenchConfig} from './config.ts';
import type {Fact} from './facts.ts';
import {endpointNames, startSystem} from './system.ts';
import {variants} from './variants.ts';

const [, PLACE] = endpointNames;
const [SLICES, SECONDS] = [9, 2];

/**
 * What orders adds to the p99 of an order's parts, the call to users and the insert, which is all that `bare` does. One
 * client, so that nothing waits.
 */
export async function overhead({config, signal}: Run<BenchConfig>, backends: Backends): Promise<Fact[]> {
  const pair = variants.filter(({name}) => name === 'all' || name === 'bare');
  const systems = await Promise.all(pair.map(variant => startSystem(variant, backends)));
  const streams = systems.flatMap(({endpoints}) =>
    endpoints.filter(({name}) => name === PLACE).map(({stream}) => ({...stream, clients: 1})),
  );
  const load = await startLoad(streams, {seed: config.BENCH_SEED, signal});
  const p99Of = async (name: string, slice: number): Promise<number> => {
    const {[name]: outcomes = {}} = await load.complete(`overhead ${slice}`, {only: name, seconds: SECONDS});
    return p99(outcomes['201']);
  };
  const values: number[] = [];
  for (let slice = 0; slice <= SLICES; slice += 1) {
    const difference = (await p99Of(`all ${PLACE}`, slice)) - (await p99Of(`bare ${PLACE}`, slice));
    // The first slice lets the JIT compiler finish.
    if (slice > 0) values.push(difference);
  }
  await load.stop();
  await Promise.all(systems.map(system => system.stop()));
  return [{what: `p99 of ${PLACE} above that of its parts`, unit: ' ms', values, atMost: 1, digits: 2}];
}
