import fc from 'fast-check';
import {book} from '../../../services/orders/test/fixtures.ts';
import {ann} from '../../../services/users/test/fixtures.ts';
import {judgeOf, send} from './answers.ts';
import {attacks, type Known} from './attacks.ts';
import {ordersCalls, usersCalls} from './calls.ts';
import {openContent} from './content.ts';
import {exchange, faultOf, statusOf} from './exchange.ts';
import type {System} from '../start-system.ts';

/** Both services, the user and the order that they hold, and the content of their databases. */
export type Target = {system: System; known: Known; content(): Promise<string>; close(): Promise<void>};

/** The number of answers by status, and a line for each answer that is wrong. */
export type Outcome = {seed: number; statuses: Record<string, number>; faults: string[]};

export async function prepare(system: System): Promise<Target> {
  const {id: user} = await system.users.api.post('api/users', {json: ann}).json<{id: string}>();
  const json = {userId: user, products: [book]};
  const {id: order} = await system.orders.api.post('api/orders', {json}).json<{id: string}>();
  const contents = await Promise.all([system.users, system.orders].map(({mongoUrl}) => openContent(mongoUrl)));
  return {
    system,
    known: {user, order},
    content: async () => (await Promise.all(contents.map(content => content.read()))).join('\n'),
    close: async () => void (await Promise.all(contents.map(content => content.close()))),
  };
}

const newSeed = (): number => Math.floor(Math.random() * 2 ** 31);

/** Sends `count` attacks. */
export async function attack({system, known}: Target, count: number, seed = newSeed()): Promise<Outcome> {
  return campaign(seed, fc.sample(attacks(known), {numRuns: count, seed}), async made => {
    const answer = await exchange(system[made.service].url, made.bytes);
    return {status: statusOf(answer), fault: faultOf(made, answer, [ann.email])};
  });
}

/** Sends `count` good and bad requests to the documented endpoints of both services. */
export async function generate({system, known}: Target, count: number, seed = newSeed()): Promise<Outcome> {
  const judges = {users: await judgeOf('users'), orders: await judgeOf('orders')};
  const calls = fc.oneof(
    usersCalls(known.user).map(call => ({service: 'users' as const, call})),
    ordersCalls(known.order, known.user).map(call => ({service: 'orders' as const, call})),
  );
  return campaign(seed, fc.sample(calls, {numRuns: count, seed}), async ({service, call}) => {
    const response = await send(system[service].api, call);
    const fault = judges[service](call, response);
    return {status: response.statusCode, fault: fault && `${call.method} ${call.path}: ${fault}`};
  });
}

type Sent = {status: number; fault: string | undefined};

/** Sends sixteen requests at a time: enough to keep both services busy, too few to be shed. */
async function campaign<T>(seed: number, all: T[], sendOne: (one: T) => Promise<Sent>): Promise<Outcome> {
  const outcome: Outcome = {seed, statuses: {}, faults: []};
  const rest = all.values();
  const work = async () => {
    for (const one of rest) {
      const {status, fault} = await sendOne(one);
      outcome.statuses[status] = (outcome.statuses[status] ?? 0) + 1;
      if (fault) outcome.faults.push(fault);
    }
  };
  await Promise.all(Array.from({length: 16}, work));
  return outcome;
}
