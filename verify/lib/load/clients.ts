import {lookup} from 'node:dns/promises';
import {setTimeout as wait} from 'node:timers/promises';
import {createConnections, noReply, type Send} from './connections.ts';
import type {Plan, Stream} from './plan.ts';
import {requestOf} from './requests.ts';
import type {Reply} from './replies.ts';
import type {Request, Tally} from './tally.ts';

/** The most requests in flight. Beyond it, requests that become due are counted as `not sent`. */
const MAX_IN_FLIGHT = 20_000;

/** The clients of a load: they send requests, and retry as their stream says. */
export async function createClients({streams, connections}: Plan, tally: Tally) {
  const inFlight = new Set<Request>();
  const hosts = new Map<string, Send>();
  let numbers = 0;
  for (const host of new Set(streams.map(hostOf))) {
    const {hostname, port} = new URL(`http://${host}`);
    // Resolved once, so that DNS latency does not affect the load.
    const {address} = await lookup(hostname);
    hosts.set(host, createConnections(address, Number(port || 80), connections, tally.connected));
  }

  const exchange = (stream: Stream, request: string): Promise<Reply> =>
    new Promise(resolve => hosts.get(hostOf(stream))?.(request, resolve));

  async function replyTo(stream: Stream, n: number): Promise<Reply> {
    const {times = 0, pauseMs = 0} = stream.retry ?? {};
    const request = requestOf(stream, n);
    let reply = await exchange(stream, request);
    for (let tries = 0; tries < times && isRefusal(reply); tries += 1) {
      await wait(pauseMs * (0.5 + Math.random()));
      reply = await exchange(stream, request);
    }
    return reply;
  }

  const count = ({phase, stream, n, due}: Request, reply: Reply): void => tally.count({phase, stream, n, due}, reply);

  return {
    /** Sends the next request of the stream, and counts the outcome with its latency since the request was due. */
    async ask(stream: Stream, phase: string, due: number): Promise<void> {
      const request = {stream, phase, n: (numbers += 1), due};
      if (inFlight.size >= MAX_IN_FLIGHT) return count(request, noReply('not sent'));

      inFlight.add(request);
      const reply = await replyTo(stream, request.n);
      // It may have been counted as unanswered.
      if (inFlight.delete(request)) count(request, reply);
    },
    /** Resolves when no request is in flight, or after `withinMs`. */
    async allAnswered(withinMs = Infinity): Promise<void> {
      const late = performance.now() + withinMs;
      while (inFlight.size > 0 && performance.now() < late) await wait(5);
    },
    /** Counts the requests in flight as `unanswered`. */
    giveUp(): void {
      for (const request of inFlight) count(request, noReply('unanswered'));
      inFlight.clear();
    },
  };
}

const hostOf = ({url}: Stream): string => new URL(url).host;

const isRefusal = ({status}: Reply): boolean => status === 0 || status === 503;
