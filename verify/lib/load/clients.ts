import {lookup} from 'node:dns/promises';
import {setTimeout as wait} from 'node:timers/promises';
import {createConnections, noReply, type Send} from './connections.ts';
import type {Plan, Stream} from './plan.ts';
import {requestOf} from './requests.ts';
import type {Reply} from './replies.ts';
import type {Tally} from './tally.ts';

/** The most requests of a stream in flight. Beyond it, requests that become due are counted as `not sent`. */
const MAX_UNANSWERED = 20_000;

/** The clients of a load: they send requests, and retry as their stream says. */
export async function createClients({streams, connections}: Plan, tally: Tally) {
  const unanswered = new Map<Stream, number>();
  const hosts = new Map<string, Send>();
  let numbers = 0;
  for (const host of new Set(streams.map(hostOf))) {
    const {hostname, port} = new URL(`http://${host}`);
    // Once: a load must not depend on how fast DNS is.
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

  return {
    /** Sends the next request of the stream, and counts the outcome with its latency since the request was due. */
    async ask(stream: Stream, phase: string, due: number): Promise<void> {
      const [n, count] = [(numbers += 1), unanswered.get(stream) ?? 0];
      if (count >= MAX_UNANSWERED) return tally.count(phase, stream, n, noReply('not sent'), 0);

      unanswered.set(stream, count + 1);
      const reply = await replyTo(stream, n);
      unanswered.set(stream, (unanswered.get(stream) ?? 0) - 1);
      tally.count(phase, stream, n, reply, performance.now() - due);
    },
    /** Resolves when no request is in flight, or after so long. */
    async allAnswered(withinMs = Infinity): Promise<void> {
      const late = performance.now() + withinMs;
      const isAnswered = () => [...unanswered.values()].every(count => count === 0);
      while (!isAnswered() && performance.now() < late) await wait(5);
    },
  };
}

const hostOf = ({url}: Stream): string => new URL(url).host;

const isRefusal = ({status}: Reply): boolean => status === 0 || status === 503;
