import {once} from 'node:events';
import {Agent, request, type IncomingMessage} from 'node:http';
import {text} from 'node:stream/consumers';
import {setTimeout as wait} from 'node:timers/promises';

export type Call = {method: 'GET' | 'POST'; url: string; body: string; status: number};

const agent = new Agent({keepAlive: true});
const TIMEOUT_MS = 10_000;

/** @throws when the answer is another one than the call expects: it would be measured as if it were the work. */
export async function send({method, url, body, status}: Call, headers: Record<string, string> = {}): Promise<void> {
  const sending = request(url, {
    method,
    agent,
    headers: {...(body && {'content-type': 'application/json'}), ...headers},
    timeout: TIMEOUT_MS,
  });
  sending.once('timeout', () => sending.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
  sending.end(body);
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  const answer = await text(response);
  if (response.statusCode !== status) throw new Error(`${response.statusCode} ${answer}`);
}

/**
 * Sends a call at each of these times (milliseconds from now), however slow the answers are, and waits for all of them.
 * Gives what went wrong.
 */
export async function sendAt(times: number[], nextCall: () => Call): Promise<string[]> {
  const start = performance.now();
  const outcomes: Promise<string>[] = [];
  for (const time of times) {
    const early = time - (performance.now() - start);
    if (early > 0) await wait(early);
    const call = nextCall();
    outcomes.push(
      send(call).then(
        () => '',
        (error: unknown) => `${call.method} ${call.url}: ${(error as Error).message}`,
      ),
    );
  }
  return (await Promise.all(outcomes)).filter(Boolean);
}

/** Sends so many calls, each when another one is answered; what went wrong is left aside. */
export async function sendMany(count: number, nextCall: () => Call): Promise<void> {
  for (let sent = 0; sent < count; sent += 2) await sendAt([0, 0], nextCall);
}
