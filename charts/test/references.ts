import {
  ofKind,
  titleOf,
  type EnvVariable,
  type KubernetesObject,
  type ObjectOf,
  type Volume,
} from '../../verify/lib/charts/kubernetes.ts';
import {containersOf, podsOf, type Pod} from './pods.ts';

/** An object that another one names, such as Secret/users-mongodb, with the keys that it must have. */
export type Reference = {from: string; to: string; keys?: string[]};

export const referencesOf = (objects: KubernetesObject[]): Reference[] => [
  ...podsOf(objects).flatMap(pod => referencesOfPod(pod).map(reference => ({from: pod.owner, ...reference}))),
  ...referencesOfOthers(objects),
];

function referencesOfPod(pod: Pod): Omit<Reference, 'from'>[] {
  const {serviceAccountName, imagePullSecrets = [], volumes = []} = pod.spec;
  return [
    ...(serviceAccountName ? [{to: `ServiceAccount/${serviceAccountName}`}] : []),
    ...imagePullSecrets.map(({name}) => ({to: `Secret/${name}`})),
    ...volumes.flatMap(referencesOfVolume),
    ...containersOf(pod).flatMap(({env = []}) => env.flatMap(referencesOfVariable)),
  ];
}

function referencesOfVolume({secret, configMap, persistentVolumeClaim}: Volume): Omit<Reference, 'from'>[] {
  const keysOf = (items: {key: string}[] = []): string[] => items.map(({key}) => key);
  return [
    ...(secret ? [{to: `Secret/${secret.secretName}`, keys: keysOf(secret.items)}] : []),
    ...(configMap ? [{to: `ConfigMap/${configMap.name}`, keys: keysOf(configMap.items)}] : []),
    ...(persistentVolumeClaim ? [{to: `PersistentVolumeClaim/${persistentVolumeClaim.claimName}`}] : []),
  ];
}

function referencesOfVariable({valueFrom}: EnvVariable): Omit<Reference, 'from'>[] {
  const {secretKeyRef, configMapKeyRef} = valueFrom ?? {};
  return [
    ...(secretKeyRef ? [{to: `Secret/${secretKeyRef.name}`, keys: [secretKeyRef.key]}] : []),
    ...(configMapKeyRef ? [{to: `ConfigMap/${configMapKeyRef.name}`, keys: [configMapKeyRef.key]}] : []),
  ];
}

const referencesOfOthers = (objects: KubernetesObject[]): Reference[] => [
  ...ofKind(objects, 'StatefulSet').map(set => ({from: titleOf(set), to: `Service/${set.spec.serviceName}`})),
  ...ofKind(objects, 'HorizontalPodAutoscaler').map(scaler => {
    const {kind, name} = scaler.spec.scaleTargetRef;
    return {from: titleOf(scaler), to: `${kind}/${name}`};
  }),
  ...ofKind(objects, 'HTTPRoute').flatMap(route =>
    route.spec.rules.flatMap(({backendRefs}) =>
      backendRefs.map(({name}) => ({from: titleOf(route), to: `Service/${name}`})),
    ),
  ),
  ...ofKind(objects, 'Ingress').flatMap(referencesOfIngress),
];

function referencesOfIngress({metadata, spec: {tls = [], rules}}: ObjectOf<'Ingress'>): Reference[] {
  const backends = rules.flatMap(({http}) => http.paths.map(({backend}) => backend.service.name));
  const secrets = tls.map(({secretName}) => secretName);
  const names = [...backends.map(name => `Service/${name}`), ...secrets.map(name => `Secret/${name}`)];
  return names.map(to => ({from: `Ingress/${metadata.name}`, to}));
}
