import {json} from 'node:stream/consumers';

export type Call = {method: string; url: string; headers?: Record<string, string>; body?: unknown};

/** Without an answer, `status` is 0 and `body.code` says why. */
export type Answer = {
  status: number;
  headers: Record<string, string>;
  body: {id?: string; code?: string; status?: string; accessToken?: string};
  ms: number;
};

// Sends the requests from standard input, one after the other, and prints the answers.

const calls = (await json(process.stdin)) as Call[];
const answers: Answer[] = [];
for (const call of calls) answers.push(await answerTo(call));
process.stdout.write(JSON.stringify(answers));

async function answerTo({method, url, headers, body}: Call): Promise<Answer> {
  const start = performance.now();
  try {
    const response = await fetch(url, {
      method,
      headers: {'content-type': 'application/json', connection: 'close', ...headers},
      ...(body !== undefined && {body: JSON.stringify(body)}),
      signal: AbortSignal.timeout(5_000),
    });
    const answered = (await response.json()) as Answer['body'];
    const ms = Math.round(performance.now() - start);
    return {status: response.status, headers: Object.fromEntries(response.headers), body: answered, ms};
  } catch (error) {
    const {message, cause} = error as Error & {cause?: {code?: string}};
    return {status: 0, headers: {}, body: {code: cause?.code ?? message}, ms: Math.round(performance.now() - start)};
  }
}
