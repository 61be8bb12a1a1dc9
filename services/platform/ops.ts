import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {Metrics} from './metrics.ts';
import type {Readiness} from './readiness.ts';

type Parts = {metrics: Metrics; readiness: Readiness};

/**
 * The ops port, for Kubernetes and Prometheus, never for clients. `/livez` (liveness) says that the process answers and
 * checks no dependency, `/readyz` (readiness) says whether it should get requests, `/metrics` has its metrics.
 * Plain node:http, so that it listens before anything else starts and shares no limit with the API.
 */
export function createOpsServer(parts: Parts): Server {
  const server = createServer((request, response) => void answer(parts, request, response));
  server.requestTimeout = 5_000;
  return server;
}

async function answer({metrics, readiness}: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?')[0];
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return sendJson(response, 405, {error: 'use GET or HEAD'});
  }
  if (path === '/livez') return sendJson(response, 200, {alive: true});
  if (path === '/readyz') return sendReadiness(response, readiness);
  if (path !== '/metrics') return sendJson(response, 404, {paths: ['/livez', '/readyz', '/metrics']});

  const {type, body} = await metrics.render(request.headers.accept);
  response.writeHead(200, {'content-type': type}).end(body);
}

function sendReadiness(response: ServerResponse, readiness: Readiness): void {
  const ready = readiness.isReady();
  sendJson(response, ready ? 200 : 503, {ready, failing: readiness.failures()});
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {'content-type': 'application/json'}).end(`${JSON.stringify(body)}\n`);
}
