import type {IncomingMessage} from 'node:http';
import {isIPv4, isIPv6, type Socket} from 'node:net';

/**
 * The address that identifies a client: its IPv4 address, or its IPv6 network (/64), because one IPv6 client can use
 * a new address for every call. A port is ignored. Undefined if the text is not an IP address.
 */
export function clientOf(address: string): string | undefined {
  const plain = withoutPort(address);
  if (isIPv4(plain)) return plain;
  return isIPv6(plain) ? clientOfGroups(groupsOf(plain)) : undefined;
}

/**
 * The IPv6 network (/56) of a client of `clientOf`: the most that an internet provider gives a household, which can use
 * each of its 256 /64 networks. Undefined for IPv4.
 */
export function networkOf(client: string): string | undefined {
  if (isIPv4(client)) return undefined;
  const [first, second, third, fourth = ''] = client.split(':');
  return fourth && [first, second, third, (Number.parseInt(fourth, 16) & 0xff_00).toString(16)].join(':');
}

/** Some proxies append the port of the connection: `203.0.113.9:5000`, `[2001:db8::1]:40000`. */
const withoutPort = (address: string): string =>
  /^\[([^\]]*)\](?::\d+)?$/u.exec(address)?.[1] ?? address.replace(/^([\d.]+):\d+$/u, '$1');

/** The eight numbers of an IPv6 address. The last two may be written as an IPv4 address. */
function groupsOf(address: string): number[] {
  const [plain = ''] = address.split('%', 1);
  const inHex = plain.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/u, (_, a: string, b: string, c: string, d: string) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map(group => group.toString(16)).join(':'),
  );
  const [head = [], rest = []] = inHex.split('::').map(part => part.split(':').filter(Boolean));
  const zeros = Array<string>(8 - head.length - rest.length).fill('0');
  return [...head, ...zeros, ...rest].map(group => Number.parseInt(group, 16));
}

/** The first six groups of addresses that hold an IPv4 address: mapped (RFC 4291), and translated (RFC 6052). */
const IPV4_WITHIN = new Set(['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0']);

function clientOfGroups(groups: number[]): string {
  const hex = groups.map(group => group.toString(16));
  if (!IPV4_WITHIN.has(hex.slice(0, 6).join(':'))) return hex.slice(0, 4).join(':');
  return groups
    .slice(6)
    .flatMap(group => [group >> 8, group % 256])
    .join('.');
}

/** The address that identifies the client of a request. */
export type ClientOf = (request: IncomingMessage) => string;

/**
 * Finds clients behind so many trusted proxies. Each appends the address of its caller to X-Forwarded-For; what stands
 * before those entries may be anything. A proxy that writes no address must not make all its clients one with those of
 * others: it counts as one itself.
 */
export function createClientOf(trustedProxies = 0): ClientOf {
  return function clientOfRequest({headers, socket}) {
    if (trustedProxies === 0) return callerOf(socket);
    const [forwarded = ''] = String(headers['x-forwarded-for'] ?? '')
      .split(',')
      .slice(-trustedProxies);
    return clientOf(forwarded.trim()) ?? callerOf(socket);
  };
}

const callers = new WeakMap<Socket, string>();

/**
 * The address that identifies the other end of a connection. Parsed once, since once for each request it takes a thirtieth
 * of the CPU time of reading a user.
 */
export function callerOf(socket: Socket): string {
  const known = callers.get(socket);
  if (known !== undefined) return known;

  const caller = clientOf(socket.remoteAddress ?? '') ?? '';
  callers.set(socket, caller);
  return caller;
}
