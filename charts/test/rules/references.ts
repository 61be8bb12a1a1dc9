import {titleOf, type KubernetesObject} from '../../../verify/lib/charts/kubernetes.ts';
import {containersOf, podsOf, type Pod} from '../pods.ts';
import {referencesOf} from '../references.ts';
import type {Rules} from './rule.ts';

const keysOf = (object: KubernetesObject | undefined): string[] | undefined =>
  object?.kind === 'Secret' || object?.kind === 'ConfigMap' ? Object.keys(object.data) : undefined;

const unmounted = (pod: Pod): string[] => {
  const volumes = new Set([...pod.claims, ...(pod.spec.volumes ?? []).map(({name}) => name)]);
  return containersOf(pod).flatMap(({volumeMounts = []}) =>
    volumeMounts.filter(({name}) => !volumes.has(name)).map(({name}) => `${pod.owner}: ${name}`),
  );
};

export const referenceRules: Rules = {
  'every object that another one names exists': (objects, {there = []}) => {
    const known = new Set([...objects.map(titleOf), ...there]);
    return referencesOf(objects)
      .filter(({to}) => !known.has(to))
      .map(({from, to}) => `${from} names ${to}`);
  },

  'every key that a pod reads from a Secret or a ConfigMap exists': objects =>
    referencesOf(objects).flatMap(({from, to, keys = []}) => {
      const present = keysOf(objects.find(object => titleOf(object) === to)) ?? keys;
      return keys.filter(key => !present.includes(key)).map(key => `${from} reads ${key} of ${to}`);
    }),

  'every volume that a container mounts is a volume of its pod': objects => podsOf(objects).flatMap(unmounted),

  'no two objects of a kind have the same name': objects => {
    const titles = objects.map(titleOf);
    return titles.filter((title, index) => titles.indexOf(title) !== index);
  },

  'only helm tests and the check of members are hooks, so that no hook and no release wait for each other': objects =>
    objects
      .filter(({kind, metadata: {name, annotations = {}}}) => {
        const hook = annotations['helm.sh/hook'];
        const allowed = kind === 'Job' && name.endsWith('-members') ? CHECKING : kind === 'Pod' ? 'test' : undefined;
        return hook !== allowed;
      })
      .map(titleOf),
};

/** It runs before a revision is applied, and starts without anything of it. */
const CHECKING = 'pre-upgrade,pre-rollback';
