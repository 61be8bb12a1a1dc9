import {randomUUID} from 'node:crypto';
import {setTimeout as wait} from 'node:timers/promises';
import type {Exchange} from './client.ts';
import {registerShopper, stranger, type Shopper, type Urls} from './shopper.ts';

type Verdict = 'kept' | 'broken' | 'unknown';

/** A promise of the README, and what the last requests have shown. */
export type Promised = {name: string; text: string; verdict: Verdict; seen: string};

const EVERY_MS = 400;

/** orders gives users this long, and the machine may be busy. */
const IN_TIME_MS = 2_000;

/** So many acknowledged orders are remembered. One of them is read again each time. */
const REMEMBERED = 500;

type Try = {name: string; text: string; attempt: (visit: Visit) => Promise<[isKept: boolean, seen: string]>};

/** A visit: who orders, the first order, and the ids of all that were acknowledged. */
type Visit = {shopper: Shopper; key: string; firstId: string; acknowledged: string[]; isTokenMode: boolean};

const shown = ({status, code, ms}: Exchange): string =>
  `${[status || '', code].filter(Boolean).join(' ')} after ${ms.toFixed(0)} ms`;
const idIn = ({body}: Exchange): string => (JSON.parse(body) as {id: string}).id;

const tries: Try[] = [
  {
    name: 'reads',
    text: 'Reads of orders go on',
    async attempt({shopper, firstId}) {
      const read = await shopper.read(firstId);
      return [read.status === 200, shown(read)];
    },
  },
  {
    name: 'known',
    text: 'Known buyers can order',
    async attempt({shopper, acknowledged}) {
      const placed = await shopper.place(randomUUID());
      if (placed.status === 201) remember(acknowledged, idIn(placed));
      return [placed.status === 201, shown(placed)];
    },
  },
  {
    name: 'others',
    text: 'Others get an answer in time: unknown user, or 503 while users is away',
    async attempt({shopper, isTokenMode}) {
      const refused = await shopper.place(randomUUID(), stranger());
      const codes = isTokenMode ? ['forbidden'] : ['unknown_user', 'users_unavailable'];
      return [codes.includes(refused.code) && refused.ms < IN_TIME_MS, shown(refused)];
    },
  },
  {
    name: 'replay',
    text: 'A replay is the same order',
    async attempt({shopper, key, firstId}) {
      const again = await shopper.place(key);
      return [again.status === 201 && idIn(again) === firstId, shown(again)];
    },
  },
  {
    name: 'kept',
    text: 'No acknowledged order is missing',
    async attempt({shopper, acknowledged}) {
      const read = await shopper.read(acknowledged[Math.floor(Math.random() * acknowledged.length)] ?? '');
      // While orders gives no answer, nothing is known.
      const isMissing = read.status === 404;
      return [!isMissing, `${acknowledged.length} acknowledged; the last one read: ${shown(read)}`];
    },
  },
];

function remember(ids: string[], id: string): void {
  ids.push(id);
  if (ids.length > REMEMBERED) ids.shift();
}

/** A trickle of real requests, each of which tries a promise. */
export function createPromises(urls: Urls, isTokenMode: boolean) {
  const promised = tries.map(({name, text}): Promised => ({name, text, verdict: 'unknown', seen: ''}));
  let until = 0;
  let running: Promise<void> | undefined;
  const isOn = (): boolean => performance.now() < until;

  async function visit(): Promise<Visit | undefined> {
    const [, shopper] = await registerShopper(urls, isTokenMode);
    const key = randomUUID();
    const placed = await shopper?.place(key);
    if (!shopper || placed?.status !== 201) return undefined;
    const firstId = idIn(placed);
    return {shopper, key, firstId, acknowledged: [firstId], isTokenMode};
  }

  async function run(): Promise<void> {
    let current: Visit | undefined;
    for (let turn = 0; isOn(); turn += 1) {
      current ??= await visit();
      const [one, state] = [tries[turn % tries.length], promised[turn % tries.length]];
      if (current && one && state) {
        const [isKept, seen] = await one.attempt(current);
        Object.assign(state, {verdict: isKept ? 'kept' : 'broken', seen});
      }
      await wait(EVERY_MS);
    }
    for (const state of promised) Object.assign(state, {verdict: 'unknown', seen: ''});
    running = undefined;
  }

  return {
    promised,
    isOn,
    /** Sends requests for so many seconds; 0 stops. */
    sendFor(seconds: number): void {
      until = performance.now() + seconds * 1000;
      if (seconds > 0) running ??= run();
    },
  };
}
