import {created, placeOrder, register, registerMany} from '../api.ts';
import type {System} from '../system.ts';

/** What the calls of a row are made with, there before the fault. */
export type Fixtures = {
  system: System;
  /** What had come to users before this row. */
  requestsBefore: number;
  /** In the name of whatever this row makes. */
  row: string;
  /** A buyer who has ordered from this process of orders. */
  known: string;
  /** Buyers who have not. */
  unseen: string[];
  /** Users to be removed. */
  victims: string[];
  /** Orders of the known buyer, each made with the key that `keyOf` gives. */
  orders: string[];
};

const [VICTIMS, ORDERS] = [2, 3];

/** Users that all rows share. */
export type People = {known: string; unseen: string[]};

export async function registerPeople(system: System, unseen: number): Promise<People> {
  return {known: await register(system, 'known'), unseen: await registerMany(system, 'unseen', unseen)};
}

/** What a row is tried on; `row` tells it from all others. */
export async function createFixtures(system: System, row: string, people: People): Promise<Fixtures> {
  const requestsBefore = system.proxy.requests();
  const victims = await registerMany(system, `victim-${row}`, VICTIMS);
  const fixtures: Fixtures = {system, requestsBefore, row, ...people, victims, orders: []};
  for (let index = 0; index < ORDERS; index += 1) {
    fixtures.orders.push(created(await placeOrder(system, people.known, keyOf(fixtures, 'order', index))));
  }
  return fixtures;
}

export const keyOf = ({row}: Fixtures, what: string, index: number): string => `${row}-${what}-${index}`;
