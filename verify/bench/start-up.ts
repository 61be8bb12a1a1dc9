import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import type {Backends} from './backends.ts';
import type {Fact} from './facts.ts';
import {startService} from './system.ts';
import {all} from './variants.ts';

const STARTS = 7;
const POLL_MS = 5;

/** Where compiled code is kept, as an image has it once `startUp` has filled it. */
export const compiled = ({folder}: Backends) => ({NODE_COMPILE_CACHE: join(folder, 'compiled')});

/**
 * From the start of a process until it is ready, with a MongoDB that is there. A first start, which does not count, fills
 * the compile cache that an image has.
 */
export async function startUp(backends: Backends): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (const name of ['users', 'orders'] as const) {
    const values: number[] = [];
    await msToReady(name, backends);
    for (let count = 0; count < STARTS; count += 1) values.push(await msToReady(name, backends));
    facts.push({what: `start of ${name} until it is ready`, unit: ' ms', values, atMost: 600});
  }
  return facts;
}

async function msToReady(name: 'users' | 'orders', backends: Backends): Promise<number> {
  const start = performance.now();
  const {program, opsUrl} = await startService(name, all, backends, {
    USERS_URL: 'http://127.0.0.1:9',
    ...compiled(backends),
  });
  while (!(await isReady(opsUrl))) await Promise.race([wait(POLL_MS), program.died]);
  const ms = performance.now() - start;
  await program.stop();
  return ms;
}

const isReady = (opsUrl: string): Promise<boolean> =>
  fetch(`${opsUrl}/readyz`).then(
    ({ok}) => ok,
    () => false,
  );
