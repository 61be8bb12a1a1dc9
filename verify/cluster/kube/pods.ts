import {nameOf} from './images.ts';
import type {ExecuteOptions} from '../../lib/execute.ts';
import type {Cluster} from './cluster.ts';

const SCRIPTS = 'proofs';

/** The scripts of verify/cluster/pods, for every pod of the proofs to mount. */
export async function makeScripts({kubectl}: Cluster): Promise<void> {
  const type = `--from-literal=package.json=${JSON.stringify({type: 'module'})}`;
  await kubectl(['create', 'configmap', SCRIPTS, '--from-file=verify/cluster/pods', type]);
}

type PodOptions = {labels?: Record<string, string>; isReady?: boolean};

/** A pod that waits for scripts to be run in it. Unready, it can wear a service's labels without getting its requests. */
export async function startPod(
  cluster: Cluster,
  name: string,
  {labels = {}, isReady = true}: PodOptions,
): Promise<void> {
  const container = {
    name: 'scripts',
    image: nameOf(cluster.images.users),
    command: ['node', '--eval', 'setInterval(() => {}, 60_000)'],
    securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: ['ALL']}},
    volumeMounts: [{name: 'scripts', mountPath: '/proofs'}],
    ...(!isReady && {readinessProbe: {exec: {command: ['false']}}}),
  };
  const spec = {
    containers: [container],
    securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: 'RuntimeDefault'}},
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 1,
    volumes: [{name: 'scripts', configMap: {name: SCRIPTS}}],
  };
  const pod = {apiVersion: 'v1', kind: 'Pod', metadata: {name, labels}, spec};
  await cluster.kubectl(['create', '--filename', '-'], {input: JSON.stringify(pod)});
  await cluster.kubectl(['wait', `pod/${name}`, '--for=jsonpath={.status.phase}=Running', '--timeout=60s'], {
    seconds: 70,
  });
}

/** Runs a script of verify/cluster/pods in a pod, with `input` as JSON on its standard input, and gives the JSON that it prints. */
export async function runScript<T>(cluster: Cluster, pod: string, script: string, input: unknown): Promise<T> {
  const options: ExecuteOptions = {input: JSON.stringify(input), seconds: 90};
  return JSON.parse(await cluster.kubectl(['exec', '--stdin', pod, '--', 'node', `/proofs/${script}`], options)) as T;
}
