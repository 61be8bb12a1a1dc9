import {readFileSync} from 'node:fs';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {isButton, type Press} from './buttons.ts';
import {spansIn} from './otlp.ts';
import type {Traces} from './traces.ts';

/** What the page shows and does. */
export type PageParts = {
  snapshot(): Promise<unknown>;
  /** Presses a switch. @throws an error if there is no such switch. */
  flip(name: string, action: string): void | Promise<void>;
  press: Press;
  traces: Traces;
};

const EVERY_MS = 1_000;
const MOST_BYTES = 4 * 1024 * 1024;
/** More pages than anybody opens. */
const MOST_PAGES = 20;

const file = (name: string, type: string) => ({type, body: readFileSync(new URL(name, import.meta.url))});

const files: Record<string, {type: string; body: Buffer}> = {
  '/': file('page.html', 'text/html; charset=utf-8'),
  '/page.css': file('page.css', 'text/css; charset=utf-8'),
  '/page.js': file('page.js', 'text/javascript; charset=utf-8'),
};

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/**
 * The server of the page, for this machine only. It answers no other host name, so that no other site reaches it by DNS;
 * and what changes something comes from its own page, or it is refused.
 */
export function createPageServer(parts: PageParts): Server {
  const pages = new Set<ServerResponse>();
  let timer: NodeJS.Timeout | undefined;

  /** Sends the state to these pages. One that has not taken the last state waits for a later one. */
  async function send(to: Iterable<ServerResponse>): Promise<void> {
    const event = `data: ${JSON.stringify(await parts.snapshot())}\n\n`;
    for (const page of to) if (!page.writableNeedDrain) page.write(event);
  }

  function stream(response: ServerResponse): void {
    if (pages.size >= MOST_PAGES) return answer(response, 503, 'too many pages');
    pages.add(response);
    timer ??= setInterval(() => void send(pages), EVERY_MS);
    response.writeHead(200, {...HEADERS, 'content-type': 'text/event-stream'});
    void send([response]);
    response.once('close', () => {
      pages.delete(response);
      if (pages.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    });
  }

  async function change(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const input = JSON.parse(String(await read(request))) as Record<string, unknown>;
    if (path === '/try' && isButton(input['button'])) return sendJson(response, await parts.press(input['button']));
    if (path !== '/switch') return answer(response, 404, 'no such path');
    await parts.flip(String(input['name']), String(input['action']));
    sendJson(response, await parts.snapshot());
  }

  async function post(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    // From a service: a page would send its origin.
    if (path === '/v1/traces' && request.headers.origin === undefined) {
      parts.traces.addSpans(spansIn(await read(request)));
      return answer(response, 200, '');
    }
    if (!isOwnOrigin(request)) return answer(response, 403, 'only the page itself may do this');
    return change(path, request, response);
  }

  function show(path: string, response: ServerResponse): void {
    const [, traceId] = /^\/traces\/([0-9a-f]{32})$/u.exec(path) ?? [];
    if (traceId) return sendJson(response, parts.traces.find(traceId) ?? {spans: [], lines: []});
    if (path === '/state') return stream(response);
    const found = files[path];
    if (!found) return answer(response, 404, 'no such path');
    response.writeHead(200, {...HEADERS, 'content-type': found.type}).end(found.body);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const {pathname: path} = new URL(request.url ?? '/', 'http://page');
    if (!isOwnHost(request)) return answer(response, 421, 'this page is only for this machine');
    return request.method === 'POST' ? post(path, request, response) : show(path, response);
  }

  return createServer((request, response) => {
    handle(request, response).catch((error: Error) => {
      if (!response.headersSent) answer(response, 400, error.message);
    });
  });
}

const isOwnHost = ({headers: {host = ''}}: IncomingMessage): boolean =>
  /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/u.test(host);

const isOwnOrigin = ({headers}: IncomingMessage): boolean =>
  headers.origin === `http://${headers.host}` && (headers['sec-fetch-site'] ?? 'same-origin') === 'same-origin';

/** The body, if it is small enough. Not destroyed otherwise, so that its sender gets an answer. */
async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({destroyOnReturn: false}) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const answer = (response: ServerResponse, status: number, text: string): void =>
  void response.writeHead(status, {...HEADERS, 'content-type': 'text/plain; charset=utf-8'}).end(text);

const sendJson = (response: ServerResponse, value: unknown): void =>
  void response.writeHead(200, {...HEADERS, 'content-type': 'application/json'}).end(JSON.stringify(value));
