import {settled} from './objects.ts';
import {upgradeAndSettle} from './release.ts';
import type {Cluster} from './cluster.ts';

const PROMETHEUS = 'networkPolicy.metricsFrom[0].podSelector.matchLabels.app\\.kubernetes\\.io/name=prometheus';

const OBSERVED = ['users', 'orders'].flatMap(of => [
  `${of}.tracing.endpoint=http://jaeger:4318`,
  `${of}.tracing.ratio=1`,
  `${of}.${PROMETHEUS}`,
]);

/** Jaeger and Prometheus as k8s/observability has them, and both services sending every trace. Grafana is not waited for. */
export async function observed(cluster: Cluster): Promise<void> {
  await cluster.kubectl(['apply', '--kustomize', 'k8s/observability']);
  await settled(cluster, ['deployment/jaeger', 'deployment/prometheus']);
  await upgradeAndSettle(cluster, OBSERVED);
}
