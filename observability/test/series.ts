import {Registry} from 'prom-client';
import {createMetrics} from '#platform/metrics.ts';
import {createRateLimits} from '#platform/rate-limit.ts';
import type {ServiceName} from '../../dev/config.ts';
import {countOrders, createUsersMetrics, observeChecks} from '../../services/orders/metrics.ts';
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
    createUsersMetrics(registry).showBreaker('closed');
    observeChecks(registry, () => ({running: 0, waiting: 0}));
    createRateLimits(registry, true)('principal', 1);
  },
};

/** The names of all metrics of a service, and its series after a successful and a failed request. */
export async function measuredBy(service: ServiceName): Promise<{names: Set<string>; series: Series[]}> {
  const {registry, requests, mongo} = createMetrics(service);
  ownMetrics[service](registry);
  for (const status of [200, 500]) requests.observe({labels: {method: 'GET', route: '/', status}, value: 0.1});
  for (const outcome of ['ok', 'error']) mongo.operations.observe({collection: 'a', operation: 'find', outcome}, 0.1);
  mongo.connections.inc({state: 'open'});

  registry.setContentType(Registry.PROMETHEUS_CONTENT_TYPE);
  const text = await registry.metrics();
  return {names: namesIn(text), series: seriesIn(text)};
}

/** A histogram has three names, even before its first series. */
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
