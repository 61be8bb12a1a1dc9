import {connect} from 'node:net';
import {Problem} from '#platform/problems.ts';
import type {Attack} from './attacks.ts';

/** Sends the bytes. Returns all that the server sends until the connection closes. */
export async function exchange(url: string, bytes: Buffer): Promise<string> {
  const {hostname, port} = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.setEncoding('utf8').on('data', text => (received += String(text)));
  // A server that refuses early may close before it has read everything.
  socket.on('error', () => undefined);
  const {promise, resolve} = Promise.withResolvers<void>();
  socket.once('close', () => resolve());
  socket.write(bytes);
  await promise;
  return received;
}

export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/u.exec(answer)?.[1]);

/** Returns what is wrong with the answer to an attack: it must be one refusal, a documented problem, and contain no secret. */
export function faultOf({what}: Attack, answer: string, secrets: Record<string, string>): string | undefined {
  const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
  const status = statusOf(answer);
  const leaked = leakIn(answer, secrets);
  if (!(status >= 400 && status < 500)) return `${what}: status ${status}`;
  if (leaked !== undefined) return `${what}: leaks ${leaked}`;
  if ((answer.match(/HTTP\/1\.1 \d/gu) ?? []).length > 1) return `${what}: more than one answer`;
  if (/^set-cookie/imu.test(head)) return `${what}: a header from the attacker`;
  return isProblem(head, body, status) ? undefined : `${what}: not a problem, ${body.slice(0, 200)}`;
}

/** The name of a secret that the text contains. */
export const leakIn = (text: string, secrets: Record<string, string>): string | undefined =>
  Object.keys(secrets).find(name => text.includes(secrets[name] ?? ''));

function isProblem(head: string, body: string, status: number): boolean {
  const {data} = Problem.safeParse(parse(body));
  return (
    data?.status === status &&
    /^content-type: application\/problem\+json\r?$/imu.test(head) &&
    new RegExp(`^x-problem-code: ${data.code}\\r?$`, 'imu').test(head)
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
