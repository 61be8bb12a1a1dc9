import {pino, type Logger, type LoggerOptions} from 'pino';
import {Counter, type Registry} from 'prom-client';
import {currentContext, type RequestContext} from './context.ts';
import {createOutput, type Output} from './output.ts';

export type Log = Logger;

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;

const STDOUT = 1;

/** Standard output for a log. Lines that are dropped are counted. */
export function createStdout(registry: Registry): Output {
  const dropped = new Counter({
    name: 'log_lines_dropped_total',
    help: 'Log lines that were dropped, because standard output failed or took them too slowly.',
    registers: [registry],
  });
  return createOutput(STDOUT, lines => dropped.inc(lines));
}

/**
 * JSON lines on this output, by default standard output, each with the service and, inside a request, its request and trace id.
 * An error is logged as name, code, message, stack and cause: its other properties may hold
 * a body, a header or a token (got keeps the request's options, a JSON error the raw body).
 */
export function createLog(service: string, level: string, output = createOutput(STDOUT, () => undefined)): Log {
  const options: LoggerOptions = {
    base: {service},
    level,
    timestamp: () => `,"time":"${isoNow()}"`,
    formatters: {level: label => ({level: label})},
    mixin: () => idsIn(currentContext()),
    serializers: {err: describeError},
  };
  return pino(options, output);
}

/** The ids of a request, as every line that is written for it has them. */
export const idsIn = (context: RequestContext | undefined): Record<string, string> =>
  context ? {requestId: context.requestId, trace_id: context.traceId, span_id: context.spanId} : {};

let [second, start] = [Number.NaN, ''];

/** The time in ISO 8601. Its text up to the seconds is made once a second, as it takes most of the time. */
function isoNow(now = Date.now()): string {
  const current = Math.floor(now / 1_000);
  if (current !== second) {
    second = current;
    start = new Date(now).toISOString().slice(0, -'000Z'.length);
  }
  return `${start}${String(now % 1_000).padStart(3, '0')}Z`;
}

type ErrorLine = {type: string; code?: unknown; message: string; stack?: string; cause?: ErrorLine};

function describeError(error: unknown): ErrorLine {
  if (!(error instanceof Error)) return {type: typeof error, message: 'not an Error'};
  return {
    type: error.name,
    ...('code' in error && {code: error.code}),
    message: error.message,
    ...(error.stack && {stack: error.stack}),
    ...(error.cause instanceof Error && {cause: describeError(error.cause)}),
  };
}
