import type {Stream} from './plan.ts';

/** The bytes of the nth request of a stream. */
export function requestOf({method, url, ids = [], headers = {}, body}: Stream, n: number): string {
  const fill = (text: string) => text.replaceAll('{n}', String(n)).replaceAll('{id}', ids[n % ids.length] ?? '');
  const {host, pathname, search} = new URL(fill(url));
  const content = fill(body ?? '');
  const lines = [
    `${method} ${pathname}${search} HTTP/1.1`,
    `Host: ${host}`,
    ...(body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${content.length}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${fill(value)}`),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${content}`;
}
