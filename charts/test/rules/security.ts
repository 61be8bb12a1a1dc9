import {titleOf} from '../../../verify/lib/charts/kubernetes.ts';
import {breachesOfRestricted} from '../pod-security.ts';
import {everyContainer, podsOf} from '../pods.ts';
import type {Rules} from './rule.ts';

export const securityRules: Rules = {
  'every pod passes Pod Security restricted': objects =>
    podsOf(objects).flatMap(({owner, spec}) => breachesOfRestricted(spec).map(breach => `${owner}: ${breach}`)),

  'no container can write to its root file system': everyContainer(({securityContext}) =>
    securityContext?.readOnlyRootFilesystem ? [] : ['it can write'],
  ),

  'pods get secrets as files for their user and group, never as environment variables': objects => [
    ...podsOf(objects).flatMap(({owner, spec}) =>
      (spec.volumes ?? [])
        .filter(({secret}) => secret && secret.defaultMode !== 0o440)
        .map(({name}) => `${owner}: volume ${name}`),
    ),
    ...everyContainer(({env = []}) =>
      env.filter(({valueFrom}) => valueFrom?.secretKeyRef).map(({name}) => `gets ${name}`),
    )(objects),
  ],

  'no pod has a token for the API server': objects => [
    ...podsOf(objects)
      .filter(({spec}) => spec.automountServiceAccountToken !== false)
      .map(({owner}) => owner),
    ...objects
      .filter(object => object.kind === 'ServiceAccount' && object.automountServiceAccountToken !== false)
      .map(titleOf),
  ],

  'no pod gets environment variables for every Service': objects =>
    podsOf(objects)
      .filter(({spec}) => spec.enableServiceLinks !== false)
      .map(({owner}) => owner),
};
