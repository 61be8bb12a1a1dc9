import {isIPv4, isIPv6} from 'node:net';

/**
 * The address that identifies a client: its IPv4 address, or its IPv6 network (/64), because one IPv6 client can use
 * a new address for every call. Undefined if the text is not an IP address.
 */
export function clientOf(address: string): string | undefined {
  const plain = address.replace(/^::ffff:(?=\d+\.)/u, '');
  if (isIPv4(plain)) return plain;
  return isIPv6(plain) ? networkOf(plain) : undefined;
}

function networkOf(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = head.split(':');
  const rest = tail?.split(':') ?? [];
  const zeros = Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0');
  const network = [...groups, ...zeros, ...rest].slice(0, 4);
  return network.map(group => Number.parseInt(group || '0', 16).toString(16)).join(':');
}
