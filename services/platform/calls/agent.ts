import {Agent as HttpAgent, type AgentOptions} from 'node:http';
import {Agent as HttpsAgent} from 'node:https';
import type {Duplex} from 'node:stream';

/** A connection stays with one pod for as long as it lives: after this long, pods that are new get their share. */
const MAX_AGE_MS = 30_000;

/** Keeps connections to one other service, at most `maxSockets` of them, each for no longer than 30 s. */
export function createAgents(maxSockets: number, now = () => performance.now()) {
  const options: AgentOptions = {
    keepAlive: true,
    // Node's default, lifo, gives nearly all requests to one socket, so to one pod.
    scheduling: 'fifo',
    maxSockets,
    maxFreeSockets: maxSockets,
    // An idle socket ends here before a service ends it (65 s), so that no request meets a closed one.
    timeout: 15_000,
  };
  return {http: recycling(new HttpAgent(options), now), https: recycling(new HttpsAgent(options), now)};
}

/** The agent, which then closes a socket that is too old instead of keeping it for another request. */
function recycling<A extends HttpAgent>(agent: A, now: () => number): A {
  const firstFree = new WeakMap<Duplex, number>();
  const keep = agent.keepSocketAlive.bind(agent) as (socket: Duplex) => boolean;

  agent.keepSocketAlive = function keepSocketAlive(socket) {
    const since = firstFree.get(socket) ?? now();
    firstFree.set(socket, since);
    return now() - since < MAX_AGE_MS && keep(socket);
  };
  return agent;
}
