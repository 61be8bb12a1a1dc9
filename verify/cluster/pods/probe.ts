import {lookup} from 'node:dns/promises';
import {connect} from 'node:net';
import {json} from 'node:stream/consumers';

/** The outcome of opening a TCP connection to any address of a name. With an `unknown name` no connection was tried. */
export type Outcome = 'open' | 'closed' | 'unknown name';

// Tries all places (host:port) from standard input at the same time, and prints the outcome of each.

const TIMEOUT_MS = 2_000;

const places = (await json(process.stdin)) as string[];
const outcomes = await Promise.all(places.map(async place => [place, await tryPlace(place)]));
process.stdout.write(JSON.stringify(Object.fromEntries(outcomes)));

async function tryPlace(place: string): Promise<Outcome> {
  const [host = '', port] = place.split(':');
  try {
    // A Service may name pods that are not ready, as those that only look like one of its own.
    const addresses = await lookup(host, {all: true});
    const opened = await Promise.all(addresses.map(({address}) => opens(address, Number(port))));
    return opened.includes(true) ? 'open' : 'closed';
  } catch {
    return 'unknown name';
  }
}

function opens(host: string, port: number): Promise<boolean> {
  const {promise, resolve} = Promise.withResolvers<boolean>();
  const socket = connect({host, port, timeout: TIMEOUT_MS});
  socket.once('connect', () => resolve(true));
  socket.once('timeout', () => resolve(false));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
