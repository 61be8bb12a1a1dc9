import autocannon from 'autocannon';
import type {Load} from '../lib/load/start.ts';
import {textOf} from './figures.ts';
import {quartilesOf} from './quartiles.ts';
import {EXPORT_MS, type Endpoint} from './system.ts';

/** Requests a second at saturation, as two load generators count them. */
export type CrossCheck = {own: number; autocannon: number};

const SECONDS = 2;

/** autocannon keeps the bytes of each request for each connection, so there are not too many. */
const PATHS = 200;

/**
 * Loads an endpoint with our load generator, then with autocannon, which others wrote, and as many connections. Returns
 * an error's text if autocannon got another answer than a success.
 */
export async function crossCheck(
  sweep: string,
  endpoint: Endpoint,
  load: Load,
  connections: number,
): Promise<CrossCheck | string> {
  const {stream, status} = endpoint;
  await load.complete(`before cross-check ${sweep}`, {only: stream.name, seconds: EXPORT_MS / 1000});

  const [start, phase] = [performance.now(), {only: stream.name, seconds: SECONDS}];
  const {[stream.name]: outcomes = {}} = await load.complete(`cross-check ${sweep}`, phase);
  const own = (outcomes[status]?.length ?? 0) / ((performance.now() - start) / 1000);
  const {non2xx, errors, requests, duration} = await byAutocannon(endpoint, connections);
  if (non2xx + errors > 0) return `autocannon got ${non2xx} other answers and ${errors} errors`;
  return {own, autocannon: requests.total / duration};
}

function byAutocannon({stream: {url, ids = []}}: Endpoint, connections: number): Promise<autocannon.Result> {
  const requests = ids.slice(0, PATHS).map(id => ({path: new URL(url.replace('{id}', id)).pathname}));
  return autocannon({url, connections, requests, duration: SECONDS});
}

/** A line with both figures and their ratio. */
export function describeChecks(checks: CrossCheck[]): string {
  const text = (digits: number, valueOf: (check: CrossCheck) => number) =>
    textOf(checks.length > 0 ? quartilesOf(checks.map(valueOf)) : undefined, digits);
  return [
    `GET of all at saturation: ${text(0, ({own}) => own)} requests/s,`,
    `by autocannon ${text(0, check => check.autocannon)}, ratio ${text(2, check => check.autocannon / check.own)}`,
  ].join(' ');
}
