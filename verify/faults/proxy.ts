import {startProxy, type Mode, type Proxy} from '../../dev/proxy.ts';

const HALF_A_HEAD = 'HTTP/1.1 200 OK\r\nContent-Ty';

export const halfAHead: Mode = (_sent, client) => void client.write(HALF_A_HEAD);
export const halfAHeadThenEnd: Mode = (_sent, client) => void client.end(HALF_A_HEAD);
export const halfAHeadThenReset: Mode = (_sent, client) =>
  void client.write(HALF_A_HEAD, () => client.resetAndDestroy());

export const answer =
  (status: number, headers: Record<string, string> = {}): Mode =>
  (_sent, client) => {
    const lines = Object.entries({'Content-Length': '0', ...headers}).map(([name, value]) => `${name}: ${value}\r\n`);
    client.write(`HTTP/1.1 ${status} Faked\r\n${lines.join('')}\r\n`);
  };

/** A proxy that counts lookups. Those of keys do not count: orders also asks for these, at times of its own. */
export type CountingProxy = Proxy & {lookups(): number};

/** Starts a proxy between orders and users. */
export async function startCountingProxy(port: number, targetPort: number): Promise<CountingProxy> {
  let lookups = 0;
  const proxy = await startProxy(port, targetPort, sent => {
    if (isLookup(sent)) lookups += 1;
  });
  return {...proxy, lookups: () => lookups};
}

/** A lookup of one user or of several is small, so it arrives in one piece. */
const isLookup = (sent: Buffer): boolean =>
  /^(?:HEAD \S+|POST \/api\/user-lookups) HTTP/u.test(sent.toString('latin1'));
