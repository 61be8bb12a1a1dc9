import type {IncomingMessage, Server, ServerResponse} from 'node:http';
import type {Socket} from 'node:net';
import {callerOf} from './address.ts';

/** The most open connections, in all and of one client address, and the age in milliseconds; 0 is no limit. */
export type ConnectionLimits = {all: number; perAddress: number; ageMs: number};

/** Open connections. Those without a request are `idle`, the one that has been so for the longest time first. */
type Pool = {max: number; open: Set<Socket>; idle: Set<Socket>};

/**
 * Bounds the open connections of a server. One too many closes an idle connection, of the same address if that has too
 * many; only if none is idle, it is closed itself. So nobody keeps others out by connections that do nothing. The first
 * answer on a connection that is older than its age closes it, so clients soon meet new pods: Kubernetes chooses a pod for
 * a connection, not for a request.
 */
export function boundConnections(
  server: Server,
  {all, perAddress, ageMs}: ConnectionLimits,
  closed: () => void,
  addressOf = callerOf,
) {
  const everyone = createPool(all);
  const byAddress = new Map<string, Pool>();
  const poolsOf = new WeakMap<Socket, Pool[]>();
  const endsAt = new WeakMap<Socket, number>();

  server.on('connection', socket => {
    const address = addressOf(socket);
    const own = byAddress.get(address) ?? createPool(perAddress);
    byAddress.set(address, own);
    const pools = [own, everyone];
    poolsOf.set(socket, pools);
    if (ageMs > 0) endsAt.set(socket, performance.now() + ageMs * spread());
    for (const {open, idle} of pools) {
      open.add(socket);
      idle.add(socket);
    }
    socket.once('close', () => {
      leave(socket);
      if (own.open.size === 0 && byAddress.get(address) === own) byAddress.delete(address);
    });
    for (const {open, idle, max} of pools) if (open.size > max) close(idle);
  });

  /** The new connection is idle, too, so there is always one. */
  function close([oldest]: Iterable<Socket>): void {
    if (!oldest) return;
    closed();
    leave(oldest);
    oldest.destroy();
  }

  function leave(socket: Socket): void {
    for (const {open, idle} of poolsOf.get(socket) ?? []) {
      open.delete(socket);
      idle.delete(socket);
    }
  }

  const busy = new WeakMap<Socket, number>();
  const count = (socket: Socket, more: number): number => {
    const requests = (busy.get(socket) ?? 0) + more;
    busy.set(socket, requests);
    return requests;
  };

  /** The connection is not idle from the head of a request until its answer has closed. */
  return function whileBusy({socket}: IncomingMessage, response: ServerResponse): void {
    count(socket, 1);
    if (performance.now() > (endsAt.get(socket) ?? Infinity)) response.shouldKeepAlive = false;
    const pools = poolsOf.get(socket) ?? [];
    for (const {idle} of pools) idle.delete(socket);
    response.once('close', () => {
      if (count(socket, -1) > 0 || socket.destroyed) return;
      for (const {idle} of pools) idle.add(socket);
    });
  };
}

/** Connections that began together, after a rollout, do not end together. */
const spread = (): number => 0.8 + Math.random() * 0.4;

const createPool = (max: number): Pool => ({max: max || Infinity, open: new Set(), idle: new Set()});
