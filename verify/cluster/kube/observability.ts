import {serviceNames} from '../../../tools/services.ts';
import {settled} from './objects.ts';
import {upgradeAndSettle} from './release.ts';
import type {Cluster} from './cluster.ts';

const PROMETHEUS = 'networkPolicy.metricsFrom[0].podSelector.matchLabels.app\\.kubernetes\\.io/name=prometheus';

const OBSERVED = serviceNames.flatMap(of => [
  `${of}.tracing.endpoint=http://jaeger:4318`,
  `${of}.tracing.ratio=1`,
  `${of}.${PROMETHEUS}`,
]);

/**
 * Installs k8s/observability, and lets both services trace every request; `overrides` as in `--set`. Waits for Jaeger and
 * Prometheus, not for Grafana.
 */
export async function observed(cluster: Cluster, overrides: string[] = []): Promise<void> {
  await cluster.kubectl(['apply', '--kustomize', 'k8s/observability']);
  await settled(cluster, ['deployment/jaeger', 'deployment/prometheus']);
  await upgradeAndSettle(cluster, [...OBSERVED, ...overrides]);
}
