import {createInterface} from 'node:readline';
import {setTimeout as wait} from 'node:timers/promises';
import {randomFrom} from '../random.ts';
import {arrivals} from './arrivals.ts';
import {createClients} from './clients.ts';
import type {Command, Phase, Plan, Stream} from './plan.ts';
import {createTally} from './tally.ts';

// The load generator. It runs as a separate process, on this machine or in a pod, and reads commands from standard input.

/** The longest that a phase without an end may last. */
const LONGEST_S = 24 * 3_600;

/** How long `stop` waits for the last requests and their retries. */
const LAST_MS = 30_000;

const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
const plan = JSON.parse((await lines.next()).value ?? '') as Plan;
const tally = createTally();
const clients = await createClients(plan, tally);
let current: Phase | undefined;

reply('begun');
for await (const line of lines) obey(JSON.parse(line) as Command);
// The process that gave the commands has ended.
process.exit();

function obey(command: Command): void {
  if (command === 'stop') void finish();
  else void enter(command);
}

function reply(value: unknown, then?: () => void): void {
  process.stdout.write(`${JSON.stringify(value)}\n`, then);
}

/** Sends the streams of the phase until it ends or the next one begins. */
async function enter(phase: Phase): Promise<void> {
  current = phase;
  tally.begin(phase.phase);
  const streams = plan.streams.filter(({name}) => phase.only === undefined || phase.only === name);
  await Promise.all(streams.map(stream => send(stream, phase)));
  if (phase.seconds === undefined) return;
  await clients.allAnswered();
  reply(tally.report.outcomes[phase.phase] ?? {});
}

async function send(stream: Stream, phase: Phase): Promise<void> {
  const {factor = 1, seconds = LONGEST_S} = phase;
  const [begin, endMs] = [performance.now(), seconds * 1000];
  const goesOn = () => phase === current;

  // Does not wait for answers. When this process itself is late, it sends at once all that is due.
  async function keepRate(): Promise<void> {
    const random = randomFrom(`${plan.seed} ${stream.name} ${phase.phase}`);
    for (const time of arrivals(random, (stream.rate ?? 0) * factor, endMs)) {
      const early = begin + time - performance.now();
      if (early > 1) await wait(early);
      if (!goesOn()) return;
      void clients.ask(stream, phase.phase, begin + time);
    }
  }

  async function keepAsking(): Promise<void> {
    while (performance.now() < begin + endMs && goesOn()) await clients.ask(stream, phase.phase, performance.now());
  }

  const count = factor > 0 ? (stream.clients ?? 0) : 0;
  await Promise.all([keepRate(), ...Array.from({length: count}, keepAsking)]);
}

async function finish(): Promise<void> {
  current = undefined;
  await clients.allAnswered(LAST_MS);
  clients.giveUp();
  reply(tally.report, () => process.exit());
}
