import {settled} from './objects.ts';
import {upgradeAndSettle} from './release.ts';
import type {Stage} from './stage.ts';

const PROMETHEUS = 'networkPolicy.metricsFrom[0].podSelector.matchLabels.app\\.kubernetes\\.io/name=prometheus';

const OBSERVED = ['users', 'orders'].flatMap(of => [
  `${of}.tracing.endpoint=http://jaeger:4318`,
  `${of}.tracing.ratio=1`,
  `${of}.${PROMETHEUS}`,
]);

/** Jaeger and Prometheus as k8s/observability has them, and both services sending every trace. Grafana is not waited for. */
export async function observed(stage: Stage): Promise<void> {
  await stage.kubectl(['apply', '--kustomize', 'k8s/observability']);
  await settled(stage, ['deployment/jaeger', 'deployment/prometheus']);
  await upgradeAndSettle(stage, OBSERVED);
}
