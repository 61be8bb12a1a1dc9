import {openToAll} from '#platform/auth.ts';
import type {HttpParts} from '#platform/http.ts';
import {createLog} from '#platform/log.ts';
import type {Metrics} from '#platform/metrics.ts';
import type {MongoMetrics} from '#platform/mongo/metrics.ts';
import {createOverload} from '#platform/overload.ts';
import {unlimited} from '#platform/rate-limit.ts';
import {createReadiness} from '#platform/readiness.ts';

const ignore = () => undefined;
const uncounted = {inc: ignore, dec: ignore, set: ignore, observe: ignore};

const mongo = {
  operations: uncounted,
  connections: uncounted,
  waiting: uncounted,
  up: uncounted,
} satisfies Record<keyof MongoMetrics, unknown>;

const metrics = {
  registry: undefined,
  requests: uncounted,
  inFlight: uncounted,
  limit: uncounted,
  shed: uncounted,
  spans: uncounted,
  mongo,
  render: ignore,
} satisfies Record<keyof Metrics, unknown>;

/** What an app needs in addition to its domain, without metrics and log. */
export function blindParts(maxInFlight: number): HttpParts {
  const parts = {log: createLog('bench', 'silent'), metrics: metrics as unknown as Metrics};
  return {
    ...parts,
    readiness: createReadiness(),
    corsOrigins: [],
    authenticate: openToAll,
    limits: {address: unlimited, principal: unlimited},
    overload: createOverload(maxInFlight, parts),
  };
}
