/** What the page shows of a service, from its /readyz and /metrics. */
export type Measures = {
  isReady: boolean;
  /** Each failing check of readiness, with its reason. */
  failing: Record<string, string>;
  requestsPerSecond: number;
  /** The upper bound of the bucket in which the 99th of a hundred requests falls, in milliseconds. */
  p99Ms: number | undefined;
  inFlight: number;
  memoryMib: number;
  breaker: string | undefined;
  cacheHits: number | undefined;
};

type Sample = {name: string; labels: Record<string, string>; value: number};
type Scrape = {at: number; samples: Sample[]};

const PATIENCE_MS = 900;

/** Reads the ops port of a service again and again; undefined while it gives no answer in time. */
export function createMeasures(opsUrl: string) {
  let last: Scrape | undefined;

  return async function measure(): Promise<Measures | undefined> {
    try {
      const readyz = await get(`${opsUrl}/readyz`);
      const {ready, failing} = (await readyz.json()) as {ready: boolean; failing: Record<string, string>};
      const scrape = {at: performance.now(), samples: parse(await (await get(`${opsUrl}/metrics`)).text())};
      const measures = {isReady: ready, failing, ...between(last, scrape)};
      last = scrape;
      return measures;
    } catch {
      last = undefined;
      return undefined;
    }
  };
}

const get = (url: string): Promise<Response> => fetch(url, {signal: AbortSignal.timeout(PATIENCE_MS)});

function between(before: Scrape | undefined, now: Scrape): Omit<Measures, 'isReady' | 'failing'> {
  const sum = (name: string, labels: Record<string, string> = {}, {samples} = now): number =>
    samples.filter(matching(name, labels)).reduce((total, {value}) => total + value, 0);
  const seconds = before ? (now.at - before.at) / 1000 : 0;
  const grown = (name: string, labels: Record<string, string> = {}): number =>
    before ? sum(name, labels) - sum(name, labels, before) : 0;
  const breaker =
    now.samples.find(matching('neighbour_lookup_breaker_state', {})) &&
    now.samples.filter(matching('neighbour_lookup_breaker_state', {})).find(({value}) => value === 1)?.labels['state'];
  return {
    requestsPerSecond: seconds > 0 ? grown('http_request_duration_seconds_count') / seconds : 0,
    p99Ms: p99Of(now.samples, grown),
    inFlight: sum('http_requests_in_flight'),
    memoryMib: sum('process_resident_memory_bytes') / 2 ** 20,
    breaker,
    cacheHits:
      breaker === undefined
        ? undefined
        : sum('neighbour_lookup_cache_total', {result: 'fresh'}) +
          sum('neighbour_lookup_cache_total', {result: 'stale'}),
  };
}

function p99Of(samples: Sample[], grown: (name: string, labels: Record<string, string>) => number): number | undefined {
  const name = 'http_request_duration_seconds_bucket';
  const bounds = [...new Set(samples.filter(matching(name, {})).map(({labels}) => labels['le'] ?? ''))];
  const total = grown(name, {le: '+Inf'});
  const bound = bounds.find(le => grown(name, {le}) >= 0.99 * total);
  return total > 0 && bound !== undefined && bound !== '+Inf' ? Number(bound) * 1000 : undefined;
}

const matching =
  (name: string, labels: Record<string, string>) =>
  (sample: Sample): boolean =>
    sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value);

/** The samples of Prometheus' text format. */
const parse = (text: string): Sample[] =>
  [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)/gmu)].map(([, name = '', labels = '', value]) => ({
    name,
    labels: Object.fromEntries(
      [...labels.matchAll(/(\w+)="([^"]*)"/gu)].map(([, label = '', text = '']) => [label, text]),
    ),
    value: Number(value),
  }));
