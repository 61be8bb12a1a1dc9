import {Registry} from 'prom-client';
import {noLimits} from '#platform/access.ts';
import {createClientOf} from '#platform/address.ts';
import {openToAll} from '#platform/auth.ts';
import type {HttpParts} from '#platform/http.ts';
import {createLog} from '#platform/log.ts';
import type {MongoMetrics} from '#platform/mongo/metrics.ts';
import {createOverload} from '#platform/overload.ts';
import {createReadiness} from '#platform/readiness.ts';
import type {RequestMetrics} from '#platform/request-metrics.ts';

const ignore = () => undefined;
const uncounted = {inc: ignore, dec: ignore, set: ignore, observe: ignore};

const requestMetrics = {requests: uncounted, inFlight: uncounted} satisfies Record<keyof RequestMetrics, unknown>;

const mongoMetrics = {
  operations: uncounted,
  connections: uncounted,
  waiting: uncounted,
  up: uncounted,
} satisfies Record<keyof MongoMetrics, unknown>;

/** What an app and its store need in addition to the domain, without metrics and log. */
export function blindParts(maxInFlight: number): HttpParts & {mongoMetrics: MongoMetrics} {
  const log = createLog('bench', 'silent');
  return {
    log,
    requestMetrics: requestMetrics as unknown as RequestMetrics,
    mongoMetrics: mongoMetrics as unknown as MongoMetrics,
    readiness: createReadiness(),
    corsOrigins: [],
    authenticate: openToAll,
    limits: noLimits,
    clientOf: createClientOf(),
    overload: createOverload(maxInFlight, new Registry(), log),
  };
}
