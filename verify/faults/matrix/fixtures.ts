import {created, placeOrder, register, registerMany} from '../api.ts';
import type {System} from '../system.ts';

/** The users and orders that the calls of a row work with. They exist before the fault. */
export type Fixtures = {
  system: System;
  /** How many lookups had reached users before this row. */
  lookupsBefore: number;
  /** Part of the name of all that the row creates. */
  row: string;
  /** A buyer whom this process of orders has cached. */
  known: string;
  /** Buyers whom it has not cached. */
  unseen: string[];
  /** Users that the row deletes. */
  victims: string[];
  /** Orders of the known buyer, placed with the keys that `keyOf` gives. */
  orders: string[];
};

const [VICTIMS, ORDERS] = [2, 3];

/** Users that all rows share. */
export type People = {known: string; unseen: string[]};

export async function registerPeople(system: System, unseen: number): Promise<People> {
  return {known: await register(system, 'known'), unseen: await registerMany(system, 'unseen', unseen)};
}

/** Creates the fixtures of a row. Each row needs another value of `row`. */
export async function createFixtures(system: System, row: string, people: People): Promise<Fixtures> {
  const lookupsBefore = system.proxy.lookups();
  const victims = await registerMany(system, `victim-${row}`, VICTIMS);
  const fixtures: Fixtures = {system, lookupsBefore, row, ...people, victims, orders: []};
  for (let index = 0; index < ORDERS; index += 1) {
    fixtures.orders.push(created(await placeOrder(system, people.known, keyOf(fixtures, 'order', index))));
  }
  return fixtures;
}

export const keyOf = ({row}: Fixtures, what: string, index: number): string => `${row}-${what}-${index}`;
