import {once} from 'node:events';
import {Agent, request, type ClientRequest, type IncomingMessage} from 'node:http';
import {text} from 'node:stream/consumers';
import {setTimeout as wait} from 'node:timers/promises';

/** How many requests were sent, and how many of them got another answer than they should, by kind. */
export type LoadReport = {
  posts: number;
  gets: number;
  failed: number;
  kinds: Record<string, number>;
  connections: number;
  seconds: number;
  p99Ms: number;
  slowestMs: number;
};

// Sends POST to orders and GET to users at a rate of its own, whatever the answers are, until its standard input ends.
// Nothing is repeated. Prints a line when the whole load is on, and at the end the report.

const CONNECTIONS = 30;
const TICK_MS = 5;
const RAMP_SECONDS = 8;
const TIMEOUT_MS = 5_000;
const LONGEST_SECONDS = 300;

const rate = Number(process.argv[2]);
const userId = process.argv[3] ?? '';
const authorization = process.argv[4] && {authorization: `Bearer ${process.argv[4]}`};

// One agent for each connection, used in turn: a single agent would do with the few that are free first.
const agents = {users: connections(), orders: connections()};
const report: LoadReport = {
  posts: 0,
  gets: 0,
  failed: 0,
  kinds: {},
  connections: 0,
  seconds: 0,
  p99Ms: 0,
  slowestMs: 0,
};
const times: number[] = [];
const sockets = new WeakSet<object>();
const body = JSON.stringify({userId, products: [{productId: 'book', quantity: 3, price: 19.99}]});
const run = Date.now().toString(36);

const stop = new AbortController();
process.stdin.once('end', () => stop.abort()).resume();
const start = performance.now();
const sent: Promise<void>[] = [];
let announced = false;
for (;;) {
  const seconds = (performance.now() - start) / 1000;
  if (stop.signal.aborted || seconds > LONGEST_SECONDS) break;
  while (report.posts < dueAfter(seconds)) sent.push(post(), get());
  if (!announced && seconds > RAMP_SECONDS) announced = process.stdout.write('on\n');
  await wait(TICK_MS);
}
report.seconds = (performance.now() - start) / 1000;
await Promise.all(sent);
times.sort((one, other) => one - other);
report.p99Ms = times[Math.floor(times.length * 0.99)] ?? 0;
report.slowestMs = times.at(-1) ?? 0;
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);

/** A program that has just started is slow, so the rate grows at first; then it is what it is, however slow the answers. */
function dueAfter(seconds: number): number {
  if (seconds < RAMP_SECONDS) return (rate * seconds ** 2) / (2 * RAMP_SECONDS);
  return rate * (seconds - RAMP_SECONDS / 2);
}

function connections(): Agent[] {
  return Array.from({length: CONNECTIONS}, () => new Agent({keepAlive: true}));
}

function post(): Promise<void> {
  const agent = agents.orders[report.posts % CONNECTIONS];
  report.posts += 1;
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': `${run}-${report.posts}`,
    ...authorization,
  };
  const sending = request('http://orders/api/orders', {method: 'POST', agent, headers, timeout: TIMEOUT_MS});
  return count('POST', 201, sending, body);
}

function get(): Promise<void> {
  const agent = agents.users[report.gets % CONNECTIONS];
  report.gets += 1;
  return count(
    'GET',
    200,
    request(`http://users/api/users/${userId}`, {agent, timeout: TIMEOUT_MS, headers: {...authorization}}),
    '',
  );
}

async function count(method: string, expected: number, sending: ClientRequest, content: string): Promise<void> {
  const begun = performance.now();
  const outcome = await outcomeOf(sending, content);
  times.push(Math.round(performance.now() - begun));
  if (outcome === String(expected)) return;

  report.failed += 1;
  report.kinds[`${method} ${outcome}`] = (report.kinds[`${method} ${outcome}`] ?? 0) + 1;
}

/** The status with the problem's code, or the code of the error that took its place. */
async function outcomeOf(sending: ClientRequest, content: string): Promise<string> {
  sending.once('timeout', () => sending.destroy(Object.assign(new Error('too slow'), {code: 'timeout'})));
  sending.once('socket', socket => {
    if (!sockets.has(socket)) report.connections += 1;
    sockets.add(socket);
  });
  // One that comes after the answer has begun is seen where the answer is read.
  sending.on('error', () => undefined);
  sending.end(content);
  try {
    const [response] = (await once(sending, 'response')) as [IncomingMessage];
    await text(response);
    return [response.statusCode, response.headers['x-problem-code']].filter(Boolean).join(' ');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'error';
  }
}
