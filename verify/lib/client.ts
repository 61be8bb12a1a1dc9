import {Agent} from 'node:http';
import got, {type Method, type RequestError} from 'got';

/** Without an answer `status` is 0 and `code` is the error's code; else `code` is the problem's code, or empty. */
export type Answer = {
  status: number;
  code: string;
  headers: Record<string, string | string[] | undefined>;
  body: Record<string, unknown>;
  ms: number;
};

export type Request = {headers?: Record<string, string>; json?: unknown};

/** Longer than any answer may take. */
const PATIENCE_MS = 10_000;

const client = got.extend({
  throwHttpErrors: false,
  retry: {limit: 0},
  timeout: {request: PATIENCE_MS},
  // A connection kept to a process that has been killed since would fail, whatever fault is being tried.
  agent: {http: new Agent({keepAlive: false, maxSockets: Infinity})},
});

/** Sends one request on a new connection, without retries. */
export async function call(method: Method, url: string, request: Request = {}): Promise<Answer> {
  const start = performance.now();
  const since = () => performance.now() - start;
  try {
    const {statusCode, headers, body} = await client(url, {method, ...request});
    const code = headers['x-problem-code'] ?? '';
    return {status: statusCode, code: String(code), headers, body: parsed(body), ms: since()};
  } catch (error) {
    return {status: 0, code: (error as RequestError).code, headers: {}, body: {}, ms: since()};
  }
}

const parsed = (text: string): Answer['body'] => (text === '' ? {} : (JSON.parse(text) as Answer['body']));

/** Reads all pages of a list of the API. */
export async function listAll<T>(url: string, headers: Request['headers'] = {}): Promise<T[]> {
  const items: T[] = [];
  let next: string | undefined = `${url}?limit=200`;
  while (next !== undefined) {
    const {status, headers: answered, body}: Answer = await call('GET', next, {headers});
    if (status !== 200) throw new Error(`GET ${next} answered ${status}`);
    items.push(...(body as unknown as T[]));
    const link = /<([^>]+)>/u.exec(String(answered['link']))?.[1];
    next = link === undefined ? undefined : new URL(link, url).href;
  }
  return items;
}
