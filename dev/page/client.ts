/** A request as the page shows it, and its answer. */
export type Exchange = {
  curl: string;
  status: number;
  code: string;
  headers: Record<string, string>;
  body: string;
  ms: number;
  traceId: string;
};

export type Call = {method: 'GET' | 'POST'; url: string; headers?: Record<string, string>; json?: unknown};

const PATIENCE_MS = 4_000;

/** Sends a request. Without an answer the status is 0, and the body says why. */
export async function exchange({method, url, headers = {}, json}: Call): Promise<Exchange> {
  const sent = {...headers, ...(json !== undefined && {'content-type': 'application/json'})};
  const body = json === undefined ? undefined : JSON.stringify(json);
  const start = performance.now();
  const curl = curlOf(method, url, sent, body);
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(url, {method, headers: sent, signal, ...(body !== undefined && {body})});
    return {curl, ms: performance.now() - start, ...(await contentOf(response))};
  } catch (error) {
    const {cause, message} = error as Error & {cause?: Error};
    const nothing = {status: 0, code: 'no answer', headers: {}, traceId: ''};
    return {curl, ms: performance.now() - start, ...nothing, body: cause?.message ?? message};
  }
}

async function contentOf(response: Response): Promise<Omit<Exchange, 'curl' | 'ms'>> {
  const headers = Object.fromEntries(response.headers);
  const [, traceId = ''] = (headers['traceresponse'] ?? '').split('-');
  return {
    status: response.status,
    code: headers['x-problem-code'] ?? '',
    headers,
    body: await response.text(),
    traceId,
  };
}

/** The same as a command. A token is not shown. */
function curlOf(method: string, url: string, headers: Record<string, string>, body: string | undefined): string {
  const options = Object.entries(headers).map(([name, value]) =>
    name === 'authorization' ? `-H "authorization: Bearer $token"` : `-H '${name}: ${value}'`,
  );
  return [
    'curl -i',
    ...(method === 'POST' && body === undefined ? ['-X POST'] : []),
    url,
    ...options,
    ...(body ? [`-d '${body}'`] : []),
  ].join(' ');
}
