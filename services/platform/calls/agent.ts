import {Agent as HttpAgent, type AgentOptions} from 'node:http';
import {Agent as HttpsAgent} from 'node:https';
import type {Duplex} from 'node:stream';

/** A connection stays with one pod. Closing it after this time gives new pods their share of the load. */
const MAX_AGE_MS = 30_000;

/** A name may have several addresses. If one is silent, the next is tried while there is time to connect: up to four. */
const MAX_ADDRESSES = 4;

/**
 * Keep-alive agents for one neighbour: at most `maxSockets` connections, each used for at most 30 s. A connection is
 * expected within `connectMs` milliseconds.
 */
export function createAgents(maxSockets: number, connectMs: number, now = () => performance.now()) {
  const options: AgentOptions = {
    // Node's default of 250 ms is longer than the timeout of a connection, so the second address was never tried.
    autoSelectFamilyAttemptTimeout: Math.max(10, Math.floor(connectMs / MAX_ADDRESSES)),
    keepAlive: true,
    // With lifo, Node's default, nearly all requests use one socket, and so one pod.
    scheduling: 'fifo',
    maxSockets,
    maxFreeSockets: maxSockets,
    // The idle timeout is shorter than the neighbour's (65 s by default), so that no request is sent on a closed socket.
    timeout: 15_000,
  };
  return {http: recycling(new HttpAgent(options), now), https: recycling(new HttpsAgent(options), now)};
}

/**
 * Makes the agent close sockets older than 30 s instead of reusing them.
 * Hand-written: agentkeepalive overrides the same documented method of Node's agent, in three packages.
 */
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
