import {call, type Answer} from '../client.ts';
import type {Duet} from '../duet.ts';
import {keyOf, placeOrder, registration, type World} from './calls.ts';

const [VICTIMS, ORDERS] = [2, 3];

/** Users that all rows share. */
export type People = {known: string; unseen: string[]};

export async function registerPeople(duet: Duet, unseen: number): Promise<People> {
  return {known: await register(duet, 'known'), unseen: await registerMany(duet, 'unseen', unseen)};
}

/** What a row is tried on; `row` tells it from all others. */
export async function createWorld(duet: Duet, row: string, people: People): Promise<World> {
  const requestsBefore = duet.proxy.requests();
  const victims = await registerMany(duet, `victim-${row}`, VICTIMS);
  const world: World = {duet, requestsBefore, row, ...people, victims, orders: []};
  for (let index = 0; index < ORDERS; index += 1) {
    world.orders.push(created(await placeOrder(world, people.known, keyOf(world, 'order', index))));
  }
  return world;
}

/** One after the other, since the hash of each password takes a core some 33 ms. */
async function registerMany(duet: Duet, name: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) ids.push(await register(duet, `${name}-${ids.length}`));
  return ids;
}

const register = async ({users}: Duet, name: string): Promise<string> =>
  created(await call('POST', `${users.url}/api/users`, {json: registration(name)}));

function created({status, code, body}: Answer): string {
  if (status !== 201) throw new Error(`nothing to try a fault on: ${status} ${code}`);
  return String(body['id']);
}
