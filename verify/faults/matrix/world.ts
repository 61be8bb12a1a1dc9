import {created, placeOrder, register, registerMany} from '../api.ts';
import type {Duet} from '../duet.ts';
import {keyOf, type World} from './calls.ts';

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
    world.orders.push(created(await placeOrder(duet, people.known, keyOf(world, 'order', index))));
  }
  return world;
}
