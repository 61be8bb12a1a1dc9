import {STATUS_CODES, type ServerResponse} from 'node:http';
import type {Middleware} from 'koa';
import * as z from 'zod';
import {currentContext} from './context.ts';
import {AppError, internal, notFound, type ErrorKind} from './errors.ts';
import type {Log} from './log.ts';

/** RFC 9457, plus `code` for programs, `traceId` to find it in the logs, and `error` for clients that read `error`. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    traceId: z.string(),
    error: z.string(),
    errors: z.array(z.object({path: z.string(), message: z.string()})).optional(),
  })
  .meta({id: 'Problem'});

export const PROBLEM_TYPE = 'application/problem+json';

/** Answers errors of inner middleware as problem+json. An unexpected one is a 500 that reveals nothing internal. */
export function problems(log: Log): Middleware {
  return async function problems(ctx, next) {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined) throw new AppError(notFound);
    } catch (thrown) {
      const error = toAppError(thrown);
      logServerError(log, error);
      ctx.status = error.kind.status;
      ctx.set(problemHeaders(error.kind));
      ctx.body = JSON.stringify(problemBody(error, currentContext()?.traceId ?? ''));
    }
  };
}

function problemBody({kind, errors}: Pick<AppError, 'kind' | 'errors'>, traceId: string): z.output<typeof Problem> {
  return {
    type: `/docs#${kind.code}`,
    title: kind.title,
    status: kind.status,
    detail: kind.detail,
    code: kind.code,
    traceId,
    error: kind.title,
    ...(errors && {errors}),
  };
}

/** `X-Problem-Code` repeats the code, since an answer to HEAD has no body. */
const problemHeaders = ({code, status, retryAfter, challenge}: ErrorKind): Record<string, string> => ({
  'Content-Type': PROBLEM_TYPE,
  'X-Problem-Code': code,
  ...(status === 401 && {'WWW-Authenticate': `Bearer realm="api"${challenge ? `, error="${challenge}"` : ''}`}),
  ...(retryAfter !== undefined && {'Retry-After': String(retryAfter)}),
});

const toAppError = (thrown: unknown): AppError =>
  thrown instanceof AppError ? thrown : new AppError(internal, {cause: thrown});

function logServerError(log: Log, error: AppError): void {
  if (error.kind.status === 500) log.error({err: error.cause}, 'request failed');
  else if (error.kind.status > 500) log.warn({code: error.kind.code, err: error.cause}, 'request could not be served');
}

/** Sends a problem without the app, for requests that are refused before they reach it. */
export function sendProblem(
  response: ServerResponse,
  kind: ErrorKind,
  traceId: string,
  headers: Record<string, string>,
): void {
  const body = JSON.stringify(problemBody({kind, errors: undefined}, traceId));
  response.writeHead(kind.status, {...problemHeaders(kind), 'Content-Length': Buffer.byteLength(body), ...headers});
  response.end(body);
}

/** A problem as raw HTTP, for input that Node's parser refuses before there is a request. */
export function rawProblem(kind: ErrorKind, traceId: string, more: Record<string, string>): string {
  const body = JSON.stringify(problemBody({kind, errors: undefined}, traceId));
  const headers = {
    ...problemHeaders(kind),
    ...more,
    Date: new Date().toUTCString(),
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${kind.status} ${STATUS_CODES[kind.status]}\r\n${lines.join('')}\r\n${body}`;
}
