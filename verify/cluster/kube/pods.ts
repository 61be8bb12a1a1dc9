import {globSync} from 'node:fs';
import type {ExecuteOptions} from '../../lib/execute.ts';
import type {Cluster} from './cluster.ts';
import {nameOf} from './images.ts';

/** The files that pods run. They have the same paths there as here, so that they can import each other. */
const FILES = globSync(['verify/cluster/pods/*.ts', 'verify/lib/load/*.ts', 'verify/lib/random.ts']);
const FOLDER = '/scripts';
const CONFIG_MAP = 'prove-scripts';

/** The path of such a file in a pod. */
export const pathOf = (file: string): string => `${FOLDER}/${file}`;

const keyOf = (file: string): string => file.replaceAll('/', '.');

/** Creates the ConfigMap with these files. `removeScripts` removes it. */
export async function makeScripts({kubectl}: Cluster): Promise<void> {
  const files = FILES.map(file => `--from-file=${keyOf(file)}=${file}`);
  const type = `--from-literal=package.json=${JSON.stringify({type: 'module'})}`;
  await kubectl(['create', 'configmap', CONFIG_MAP, ...files, type]);
}

export const removeScripts = ({kubectl}: Cluster): Promise<string> =>
  kubectl(['delete', 'configmap', CONFIG_MAP, '--ignore-not-found']);

const volume = {
  name: 'scripts',
  configMap: {
    name: CONFIG_MAP,
    items: [{key: 'package.json', path: 'package.json'}, ...FILES.map(file => ({key: keyOf(file), path: file}))],
  },
};

type PodOptions = {labels?: Record<string, string>; isReady?: boolean};

/** Starts a pod for `runScript`. If it is unready, it can have the labels of a service without getting its requests. */
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
    volumeMounts: [{name: volume.name, mountPath: FOLDER}],
    ...(!isReady && {readinessProbe: {exec: {command: ['false']}}}),
  };
  const spec = {
    containers: [container],
    securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: 'RuntimeDefault'}},
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 1,
    volumes: [volume],
  };
  const pod = {apiVersion: 'v1', kind: 'Pod', metadata: {name, labels}, spec};
  await cluster.kubectl(['create', '--filename', '-'], {input: JSON.stringify(pod)});
  await cluster.kubectl(['wait', `pod/${name}`, '--for=jsonpath={.status.phase}=Running', '--timeout=60s'], {
    seconds: 70,
  });
}

/** Runs a script of verify/cluster/pods in a pod, with `input` as JSON on standard input. Returns the JSON that it prints. */
export async function runScript<T>(cluster: Cluster, pod: string, script: string, input: unknown): Promise<T> {
  const options: ExecuteOptions = {input: JSON.stringify(input), seconds: 90};
  const node = ['node', pathOf(`verify/cluster/pods/${script}`)];
  return JSON.parse(await cluster.kubectl(['exec', '--stdin', pod, '--', ...node], options)) as T;
}
