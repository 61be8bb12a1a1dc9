import {forwarded} from './forward.ts';
import type {Cluster} from './cluster.ts';
import {expect, until} from '../../lib/until.ts';

// The parts of Jaeger's answers that are read here.
type Tag = {key: string; value: unknown};
type Span = {
  spanID: string;
  operationName: string;
  processID: string;
  references: {spanID: string}[];
  tags: Tag[];
};
export type Trace = {traceID: string; spans: Span[]; processes: Record<string, {serviceName: string; tags: Tag[]}>};

const JAEGER_PORT = 16_686;

/** A service exports its spans every five seconds; the rest is for a slow cluster. */
const ARRIVES_WITHIN = 30;

const askJaeger = <T>(cluster: Cluster, path: string): Promise<T> =>
  forwarded(
    cluster,
    'jaeger',
    async base => {
      const response = await fetch(`${base}${path}`, {signal: AbortSignal.timeout(10_000)});
      const {data} = (await response.json()) as {data: T | null};
      if (data === null) throw new Error(`Jaeger answers ${response.status} to ${path}`);
      return data;
    },
    JAEGER_PORT,
  );

/** At most `limit` traces of a service since then. */
export const tracesSince = (cluster: Cluster, service: string, since: Date, limit = 1_000): Promise<Trace[]> =>
  askJaeger(cluster, `/api/traces?service=${service}&start=${since.getTime() * 1000}&limit=${limit}`);

/** Waits until the trace has exactly these spans, each written as the path to it from the root. */
export const expectTrace = (cluster: Cluster, traceId: string, paths: string[]): Promise<Trace> =>
  until(`the expected trace ${traceId}`, ARRIVES_WITHIN, async () => {
    const [trace] = await askJaeger<Trace[]>(cluster, `/api/traces/${traceId}`);
    expect('spans', trace && pathsOf(trace), paths.toSorted());
    return trace;
  });

/** Each span as the path to it from the root, with the service and name of each step, and with the span's error. */
function pathsOf({spans, processes}: Trace): string[] {
  const byId = new Map(spans.map(span => [span.spanID, span]));
  const wayTo = ({processID, operationName, references}: Span): string => {
    const parent = byId.get(references[0]?.spanID ?? '');
    const own = `${processes[processID]?.serviceName}: ${operationName}`;
    return parent ? `${wayTo(parent)} > ${own}` : own;
  };
  return spans.map(span => wayTo(span) + errorOf(span)).toSorted();
}

function errorOf({tags}: Span): string {
  const type = tags.find(({key}) => key === 'error.type')?.value;
  return typeof type === 'string' ? ` (${type})` : '';
}

/** Whether the call to users, the lookup and the request all have an error in the trace. */
export async function hasFailedAttempt(cluster: Cluster, traceId: string): Promise<boolean> {
  const [trace] = await askJaeger<Trace[]>(cluster, `/api/traces/${traceId}`);
  const failed = trace?.spans.filter(span => errorOf(span)).map(({operationName}) => operationName) ?? [];
  return ['HEAD', 'check user', 'POST /api/orders'].every(name => failed.includes(name));
}

/** The trace id in the answer's traceresponse header. */
export const traceIdOf = (answer?: {headers: Record<string, string>}): string =>
  answer?.headers['traceresponse']?.split('-')[1] ?? '';

/** Waits until the service has logged a request with this trace id. */
export async function expectLogged({kubectl}: Cluster, service: string, traceId: string): Promise<void> {
  await until(`the trace in the log of ${service}`, 10, async () => {
    const log = await kubectl(['logs', '--selector', `app.kubernetes.io/name=${service}`, '--tail=500']);
    return log.split('\n').some(line => line.includes(traceId) && line.includes('"request"'));
  });
}
