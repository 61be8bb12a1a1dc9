import {Registry} from 'prom-client';
import {observeNeighbour} from '#platform/calls/metrics.ts';
import {createLog} from '#platform/log.ts';
import {createMetrics} from '#platform/metrics.ts';
import {createMongoMetrics} from '#platform/mongo/metrics.ts';
import {createOverload} from '#platform/overload.ts';
import {createRateLimits} from '#platform/rate-limit.ts';
import {createRequestMetrics} from '#platform/request-metrics.ts';
import {createSpanCounter} from '#platform/telemetry.ts';
import type {ServiceName} from '../../dev/config.ts';
import {countOrders} from '../../services/orders/metrics.ts';
import {createDerive} from '../../services/users/hashing.ts';
import {countUsers} from '../../services/users/metrics.ts';

export type Series = {name: string; labels: Record<string, string>};

const ownMetrics: Record<ServiceName, (registry: Registry) => void> = {
  users(registry) {
    countUsers(registry);
    createDerive(registry);
    createRateLimits(registry, true)('account', 1);
  },
  orders(registry) {
    countOrders(registry);
    const observe = observeNeighbour(registry, 'users');
    observe.breaker('closed');
    observe.counts(() => ({running: 0, waiting: 0}));
    createRateLimits(registry, true)('principal', 1);
  },
};

/** The names of everything that a service measures, and the series of one that has answered well and badly. */
export async function measuredBy(service: ServiceName): Promise<{names: Set<string>; series: Series[]}> {
  const {registry} = createMetrics(service);
  const {requests} = createRequestMetrics(registry);
  const mongo = createMongoMetrics(registry);
  createOverload(0, registry, createLog('test', 'silent'));
  createSpanCounter(registry);
  ownMetrics[service](registry);
  for (const status of [200, 500]) requests.observe({labels: {method: 'GET', route: '/', status}, value: 0.1});
  for (const outcome of ['ok', 'error']) mongo.operations.observe({collection: 'a', operation: 'find', outcome}, 0.1);
  mongo.connections.inc({state: 'open'});

  registry.setContentType(Registry.PROMETHEUS_CONTENT_TYPE);
  const text = await registry.metrics();
  return {names: namesIn(text), series: seriesIn(text)};
}

/** A histogram is three names, and has them before its first series. */
const namesIn = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^# TYPE (\S+) (\w+)/gmu)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map(part => name + part) : [name],
    ),
  );

const seriesIn = (text: string): Series[] =>
  [...text.matchAll(/^(\w+)(?:\{(.*)\})? /gmu)].map(([, name = '', labels = '']) => ({name, labels: labelsIn(labels)}));

const labelsIn = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/gu)].map(([, label = '', value = '']) => [label, value]));
