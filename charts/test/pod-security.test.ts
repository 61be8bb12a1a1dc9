import test from 'ava';
import type {Container, PodSpec} from '../../verify/lib/charts/kubernetes.ts';
import {breachesOfRestricted} from './pod-security.ts';

const container: Container = {
  name: 'one',
  image: 'one:1.0.0',
  securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: ['ALL']}},
};
const pod: PodSpec = {
  securityContext: {runAsNonRoot: true, seccompProfile: {type: 'RuntimeDefault'}},
  containers: [container],
};

test('a restricted pod has no breach', t => {
  t.deepEqual(breachesOfRestricted(pod), []);
});

const breaches: [breach: string, spec: PodSpec][] = [
  ['the host network', {...pod, hostNetwork: true}],
  ['volume root is of type hostPath', {...pod, volumes: [{name: 'root', hostPath: {}}]}],
  ['container one may run as root', {...pod, securityContext: {seccompProfile: {type: 'RuntimeDefault'}}}],
  ['container one has no seccomp profile', {...pod, securityContext: {runAsNonRoot: true}}],
  [
    'container one may gain privileges',
    {...pod, containers: [{...container, securityContext: {capabilities: {drop: ['ALL']}}}]},
  ],
  [
    'container one keeps capabilities',
    {...pod, initContainers: [{...container, securityContext: {allowPrivilegeEscalation: false}}]},
  ],
];

for (const [breach, spec] of breaches) {
  test(`the rule reports: ${breach}`, t => {
    t.deepEqual(breachesOfRestricted(spec), [breach]);
  });
}
