import {titleOf} from '../kubernetes.ts';
import {breachesOfRestricted} from '../pod-security.ts';
import {everyContainer, podsOf} from '../pods.ts';
import type {Rules} from './rule.ts';

export const securityRules: Rules = {
  'every pod passes Pod Security restricted': objects =>
    podsOf(objects).flatMap(({owner, spec}) => breachesOfRestricted(spec).map(breach => `${owner}: ${breach}`)),

  'no container can write to its root file system': everyContainer(({securityContext}) =>
    securityContext?.readOnlyRootFilesystem ? [] : ['it can'],
  ),

  'a secret reaches a pod as a file that its user and group may read, never by its environment': objects => [
    ...podsOf(objects).flatMap(({owner, spec}) =>
      (spec.volumes ?? [])
        .filter(({secret}) => secret && secret.defaultMode !== 0o440)
        .map(({name}) => `${owner}: volume ${name}`),
    ),
    ...everyContainer(({env = []}) =>
      env.filter(({valueFrom}) => valueFrom?.secretKeyRef).map(({name}) => `gets ${name}`),
    )(objects),
  ],

  'no pod has a key to the API server': objects => [
    ...podsOf(objects)
      .filter(({spec}) => spec.automountServiceAccountToken !== false)
      .map(({owner}) => owner),
    ...objects
      .filter(object => object.kind === 'ServiceAccount' && object.automountServiceAccountToken !== false)
      .map(titleOf),
  ],

  'no pod is told of every Service by its environment': objects =>
    podsOf(objects)
      .filter(({spec}) => spec.enableServiceLinks !== false)
      .map(({owner}) => owner),
};
