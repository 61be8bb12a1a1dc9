import {setTimeout as wait} from 'node:timers/promises';
import {asAdministrator} from '../../../dev/mongod.ts';
import type {Random} from '../../lib/random.ts';
import type {ReplicaSet} from '../replica-set.ts';

/** Ways to lose a primary, by name. */
const losses: Record<string, (set: ReplicaSet) => Promise<unknown>> = {
  async 'stepped down'({primary}) {
    const {port} = await primary();
    const command = {replSetStepDown: 5, secondaryCatchUpPeriodSecs: 2};
    await asAdministrator(port, admin => admin.command(command)).catch(() => undefined);
  },
  async killed({primary}) {
    const lost = await primary();
    await lost.kill();
    await primary();
    await lost.start();
  },
  // What only the primary has is lost with it, so it must not have been acknowledged.
  async 'killed behind the others'({primary, members}) {
    const lost = await primary();
    const others = members.filter(member => member !== lost);
    await Promise.all(others.map(member => member.freeze()));
    await wait(LAG_MS);
    await lost.kill();
    for (const member of others) member.signal('SIGCONT');
    await primary();
    await lost.start();
  },
};

/** Less than an election takes, so that the primary goes on. */
const LAG_MS = 300;

/** Loses the primary so many times, in ways that the seed chooses. */
export async function elect(set: ReplicaSet, elections: number, random: Random): Promise<string> {
  const names = Object.keys(losses);
  const counts = new Map(names.map(name => [name, 0]));
  for (let index = 0; index < elections; index += 1) {
    await wait(500 + random() * 1_000);
    const name = names[(index + Math.floor(random() * 2)) % names.length] ?? '';
    await losses[name]?.(set);
    await set.primary();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
}
