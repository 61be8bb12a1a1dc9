import {setTimeout as wait} from 'node:timers/promises';
import {gapMs, randomFrom, type Random} from '../random.ts';
import {createConnections, type Reply} from './connections.ts';
import type {Order, Plan, Stream} from './plan.ts';
import {requestOf} from './requests.ts';
import {createTally} from './tally.ts';

// The load, as a process of its own: it sends what its plan says until it is told to stop, and then reports.

/** How long what was sent last may take, with all that its clients try again. */
const LAST_MS = 15_000;

const tally = createTally();
const connections = new Map<string, ReturnType<typeof createConnections>>();
const now = {phase: '', factor: 0, running: 0, isOver: false};
let numbers = 0;

process.on('message', (order: Order) => {
  if (order === 'stop') void finish();
  else if ('phase' in order) Object.assign(now, order);
  else begin(order.plan);
});
process.once('disconnect', () => process.exit());

function begin({streams, seed}: Plan): void {
  const random = randomFrom(seed);
  for (const stream of streams) {
    void keepRate(stream, random);
    for (let client = 0; client < (stream.clients ?? 0); client += 1) void keepAsking(stream);
  }
  process.send?.('begun');
}

/** Sends at random moments that do not depend on answers, and all that was due when it is late itself. */
async function keepRate(stream: Stream, random: Random): Promise<void> {
  let due = performance.now();
  while (!now.isOver) {
    const rate = (stream.rate ?? 0) * now.factor;
    if (rate === 0) due = performance.now() + 10;
    else due += gapMs(random, rate);
    const early = due - performance.now();
    if (early > 1) await wait(early);
    if (rate > 0) void ask(stream, due);
  }
}

async function keepAsking(stream: Stream): Promise<void> {
  while (!now.isOver) {
    if (now.factor === 0) await wait(10);
    else await ask(stream, performance.now());
  }
}

/** One client with one wish, which it may utter more than once; timed from the moment at which it was due. */
async function ask(stream: Stream, due: number): Promise<void> {
  const [begunIn, n] = [now.phase, (numbers += 1)];
  const {times = 0, pauseMs = 0} = stream.retry ?? {};
  const request = requestOf(stream, n);
  now.running += 1;
  let reply = await send(stream, request);
  for (let tries = 0; tries < times && isRefusal(reply); tries += 1) {
    await wait(pauseMs * (0.5 + Math.random()));
    reply = await send(stream, request);
  }
  now.running -= 1;
  tally.count(begunIn, stream, n, reply, performance.now() - due);
}

const isRefusal = ({status}: Reply): boolean => status === 0 || status === 503;

function send({url}: Stream, request: string): Promise<Reply> {
  const {port} = new URL(url);
  const sendTo = connections.get(port) ?? createConnections(Number(port));
  connections.set(port, sendTo);
  return new Promise(resolve => sendTo(request, resolve));
}

async function finish(): Promise<void> {
  now.isOver = true;
  const late = performance.now() + LAST_MS;
  while (now.running > 0 && performance.now() < late) await wait(20);
  process.send?.(tally.report);
}
