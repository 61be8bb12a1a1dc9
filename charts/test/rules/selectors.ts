import {matches, ofKind, type KubernetesObject, type Selector} from '../../../verify/lib/charts/kubernetes.ts';
import {containersOf, isHelmTest, podsOf} from '../pods.ts';
import {noPolicies} from '../../../verify/lib/charts/value-sets.ts';
import type {Rules} from './rule.ts';

/** The pods that a selector should select, and those that it selects. */
type Selection = {what: string; meant: string[]; found: string[]};

const misses = (selections: Selection[]): string[] =>
  selections
    .filter(({meant, found}) => String(meant.toSorted()) !== String(found.toSorted()))
    .map(({what, meant, found}) => `${what} selects ${String(found)} instead of ${String(meant)}`);

const selectedBy = (objects: KubernetesObject[], selector: Selector): string[] =>
  podsOf(objects)
    .filter(({labels}) => matches(selector, labels))
    .map(({owner}) => owner);

/** The Deployment or StatefulSet of this name, without the suffix -ops of its ops Service. */
const workload = (objects: KubernetesObject[], name: string): string[] =>
  [...ofKind(objects, 'Deployment'), ...ofKind(objects, 'StatefulSet')]
    .filter(({metadata}) => metadata.name === name.replace(/-ops$/u, ''))
    .map(({kind, metadata}) => `${kind}/${metadata.name}`);

/** The policy <name> is for the pods of that name, <name>-jobs for the pods of its Jobs. */
const meantBy = (objects: KubernetesObject[], policy: string): string[] =>
  policy.endsWith('-jobs')
    ? podsOf(objects)
        .map(({owner}) => owner)
        .filter(owner => new RegExp(`^(?:Cron)?Job/${policy.replace(/-jobs$/u, '')}-`, 'u').test(owner))
    : workload(objects, policy);

export const selectorRules: Rules = {
  'Deployments, StatefulSets and their spread constraints select their own pods': objects =>
    misses(
      [...ofKind(objects, 'Deployment'), ...ofKind(objects, 'StatefulSet')].flatMap(({kind, metadata, spec}) =>
        [spec.selector, ...(spec.template.spec.topologySpreadConstraints ?? []).map(each => each.labelSelector)].map(
          selector => ({
            what: `${kind}/${metadata.name}`,
            meant: [`${kind}/${metadata.name}`],
            found: selectedBy(objects, selector),
          }),
        ),
      ),
    ),

  'a Service and a PodDisruptionBudget select the pods of their name': objects =>
    misses([
      ...ofKind(objects, 'Service').map(({metadata: {name}, spec}) => ({
        what: `Service/${name}`,
        meant: workload(objects, name),
        found: selectedBy(objects, {matchLabels: spec.selector}),
      })),
      ...ofKind(objects, 'PodDisruptionBudget').map(({metadata: {name}, spec}) => ({
        what: `PodDisruptionBudget/${name}`,
        meant: workload(objects, name),
        found: selectedBy(objects, spec.selector),
      })),
    ]),

  'a Service sends to ports that its pods have': objects =>
    ofKind(objects, 'Service').flatMap(({metadata, spec}) => {
      const pods = podsOf(objects).filter(({labels}) => matches({matchLabels: spec.selector}, labels));
      const ports = new Set(pods.flatMap(containersOf).flatMap(({ports = []}) => ports.map(({name}) => name)));
      return spec.ports.filter(({targetPort}) => !ports.has(targetPort)).map(({name}) => `${metadata.name} ${name}`);
    }),

  'the ops port has a headless Service with every pod, so that it cannot be published': objects =>
    ofKind(objects, 'Service')
      .filter(({spec}) => spec.ports.some(({targetPort}) => targetPort === 'ops'))
      .filter(({spec}) => spec.clusterIP !== 'None' || !spec.publishNotReadyAddresses)
      .map(({metadata}) => metadata.name),

  'a ServiceMonitor selects only the Service of the ops port': objects =>
    misses(
      ofKind(objects, 'ServiceMonitor').map(({metadata: {name}, spec}) => ({
        what: `ServiceMonitor/${name}`,
        meant: [`${name}-ops ${spec.endpoints.map(({port}) => port).join()}`],
        found: ofKind(objects, 'Service')
          .filter(({metadata}) => matches(spec.selector, metadata.labels))
          .map(service => `${service.metadata.name} ${service.spec.ports.map(({name}) => name).join()}`),
      })),
    ),

  'a NetworkPolicy selects the pods of its name': objects =>
    misses(
      ofKind(objects, 'NetworkPolicy').map(({metadata: {name}, spec}) => ({
        what: `NetworkPolicy/${name}`,
        meant: meantBy(objects, name),
        found: selectedBy(objects, spec.podSelector),
      })),
    ),

  'with network policies, every pod except helm tests is closed in both directions': (objects, set) => {
    if (set === noPolicies)
      return ofKind(objects, 'NetworkPolicy').map(({metadata}) => `NetworkPolicy/${metadata.name}`);

    const policies = ofKind(objects, 'NetworkPolicy').filter(({spec}) => spec.policyTypes.length === 2);
    return podsOf(objects)
      .filter(pod => !isHelmTest(pod) && !policies.some(({spec}) => matches(spec.podSelector, pod.labels)))
      .map(({owner}) => owner);
  },
};
