import fc from 'fast-check';
import {book} from '../../../services/orders/test/fixtures.ts';
import {ann} from '../../../services/users/test/fixtures.ts';
import {signatureOf, type Auth} from '../../lib/auth.ts';
import {judgeOf, send} from './answers.ts';
import {attacks, withHeaders, type Known} from './attacks.ts';
import {callersOf, mixed, type Callers} from './callers.ts';
import {ordersCalls, usersCalls} from './calls.ts';
import {openContent} from './content.ts';
import {exchange, faultOf, leakIn, statusOf} from './exchange.ts';
import type {System} from '../start-system.ts';

/** Both services, the user and the order that they hold, and the content of their databases. */
export type Target = {
  system: System;
  known: Known;
  callers: Callers;
  /** What must not show in any answer, log line or metric, by what it is. */
  secrets: Record<string, string>;
  content(): Promise<string>;
  close(): Promise<void>;
};

/** The number of answers by status, and a line for each answer that is wrong. */
export type Outcome = {seed: number; statuses: Record<string, number>; faults: string[]};

export async function prepare(system: System, auth: Auth): Promise<Target> {
  const {id: user} = await system.users.api.post('api/users', {json: ann}).json<{id: string}>();
  const callers = await callersOf(auth.signer, user);
  const json = {userId: user, products: [book]};
  const {id: order} = await system.orders.api.post('api/orders', {json, headers: callers.owner}).json<{id: string}>();
  const contents = await Promise.all([system.users, system.orders].map(({mongoUrl}) => openContent(mongoUrl)));
  return {
    system,
    known: {user, order},
    callers,
    secrets: {...auth.secrets(), ...secretsOf(callers), 'a password': ann.password},
    content: async () => (await Promise.all(contents.map(content => content.read()))).join('\n'),
    close: async () => void (await Promise.all(contents.map(content => content.close()))),
  };
}

const secretsOf = ({admin, owner, another}: Callers): Record<string, string> =>
  Object.fromEntries(
    Object.entries({admin, owner, another}).map(([who, {authorization = ''}]) => [
      `the token of ${who}`,
      signatureOf(authorization),
    ]),
  );

const newSeed = (): number => Math.floor(Math.random() * 2 ** 31);

/** Sends `count` attacks, each as one of the callers. */
export async function attack(target: Target, count: number, seed = newSeed()): Promise<Outcome> {
  const {system, known, callers, secrets} = target;
  const hidden = {...secrets, 'an e-mail': ann.email};
  const all = fc.tuple(attacks(known), mixed(callers));
  return campaign(seed, fc.sample(all, {numRuns: count, seed}), async ([made, headers]) => {
    const answer = await exchange(system[made.service].url, withHeaders(made.bytes, headers));
    return {status: statusOf(answer), fault: faultOf(made, answer, hidden)};
  });
}

/** Sends `count` good and bad requests to the documented endpoints of both services, each as one of the callers. */
export async function generate(target: Target, count: number, seed = newSeed()): Promise<Outcome> {
  const {system, known, callers, secrets} = target;
  const judges = {users: await judgeOf('users'), orders: await judgeOf('orders')};
  const calls = fc.oneof(
    usersCalls(known.user).map(call => ({service: 'users' as const, call})),
    ordersCalls(known.order, known.user).map(call => ({service: 'orders' as const, call})),
  );
  const all = fc.tuple(calls, mixed(callers));
  return campaign(seed, fc.sample(all, {numRuns: count, seed}), async ([{service, call}, headers]) => {
    const response = await send(system[service].api, {...call, headers: {...call.headers, ...headers}});
    const leak = leakIn(`${JSON.stringify(response.headers)} ${response.body}`, secrets);
    const fault = judges[service](call, response) ?? (leak && `leaks ${leak}`);
    return {status: response.statusCode, fault: fault && `${call.method} ${call.path}: ${fault}`};
  });
}

/** The secrets in what the services have written so far, and in their metrics. */
export async function leaks({system, secrets}: Target, log: string): Promise<string[]> {
  const answers = [system.users, system.orders].map(({ops}) => ops.get('metrics', {responseType: 'text'}));
  const metrics = (await Promise.all(answers)).map(({body}) => body).join('');
  return Object.entries({log, metrics}).flatMap(([place, text]) => {
    const leak = leakIn(text, secrets);
    return leak === undefined ? [] : [`${leak} in the ${place}`];
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
