import {matches, ofKind, type KubernetesObject} from '../../../verify/lib/charts/kubernetes.ts';
import type {Rules} from './rule.ts';

const scalerOf = (objects: KubernetesObject[], name: string) =>
  ofKind(objects, 'HorizontalPodAutoscaler').find(({spec}) => spec.scaleTargetRef.name === name);

/** The minimum number of pods of each Deployment and StatefulSet. */
const leastPods = (objects: KubernetesObject[]) => [
  ...ofKind(objects, 'Deployment').map(({metadata: {name}, spec: {replicas = 0, template}}) => ({
    name,
    least: scalerOf(objects, name)?.spec.minReplicas ?? replicas,
    labels: template.metadata.labels,
  })),
  ...ofKind(objects, 'StatefulSet').map(({metadata: {name}, spec: {replicas, template}}) => ({
    name,
    least: replicas,
    labels: template.metadata.labels,
  })),
];

export const countRules: Rules = {
  'the chart or the autoscaler sets the number of pods, never both': objects =>
    ofKind(objects, 'Deployment')
      .filter(({metadata: {name}, spec}) => (spec.replicas === undefined) !== Boolean(scalerOf(objects, name)))
      .map(({metadata}) => metadata.name),

  'workloads with at least two pods have a PodDisruptionBudget, others have none': objects =>
    leastPods(objects).flatMap(({name, least, labels}) => {
      const budgets = ofKind(objects, 'PodDisruptionBudget').filter(({spec}) => matches(spec.selector, labels));
      return budgets.length === (least > 1 ? 1 : 0) ? [] : [`${name}: at least ${least}, budgets ${budgets.length}`];
    }),

  'a rollout adds a pod before it removes one': objects =>
    ofKind(objects, 'Deployment')
      .filter(
        ({spec: {strategy}}) => strategy.rollingUpdate.maxUnavailable !== 0 || strategy.rollingUpdate.maxSurge < 1,
      )
      .map(({metadata}) => metadata.name),

  'pods are spread over hosts and zones, separately for each revision of a rollout': objects =>
    ofKind(objects, 'Deployment').flatMap(({metadata, spec}) => {
      const spreads = spec.template.spec.topologySpreadConstraints ?? [];
      const keys = spreads
        .filter(({matchLabelKeys = []}) => matchLabelKeys.includes('pod-template-hash'))
        .map(({topologyKey}) => topologyKey);
      return String(keys) === 'kubernetes.io/hostname,topology.kubernetes.io/zone' ? [] : [metadata.name];
    }),

  'volume claims of members have no labels, because an upgrade cannot change them': objects =>
    ofKind(objects, 'StatefulSet').flatMap(({metadata, spec}) =>
      spec.volumeClaimTemplates.filter(claim => claim.metadata.labels).map(() => metadata.name),
    ),
};
