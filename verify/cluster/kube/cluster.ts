import type {ChildProcessByStdio} from 'node:child_process';
import type {Readable, Writable} from 'node:stream';
import {execute, start, type ExecuteOptions} from '../../lib/execute.ts';
import type {ProveConfig} from '../config.ts';
import type {Images} from './images.ts';

/** Access to one namespace of a cluster with kubectl and helm. */
export type Access = {
  context: string;
  namespace: string;
  kubectl: (args: string[], options?: ExecuteOptions) => Promise<string>;
  /** Starts a kubectl that runs until the caller kills it. */
  startKubectl: (args: string[]) => ChildProcessByStdio<Writable, Readable, null>;
  helm: (args: string[], options?: ExecuteOptions) => Promise<string>;
};

/** What a claim works with. */
export type Cluster = Access & {config: ProveConfig; images: Images};

/** Reads the current context once, so that switching it in another terminal does not move the run to another cluster. */
export async function accessTo(namespace: string): Promise<Access> {
  const context = (await execute('kubectl', ['config', 'current-context'])).trim();
  const kubectl = (args: string[]) => ['--context', context, '--namespace', namespace, ...args];
  return {
    context,
    namespace,
    kubectl: (args, options) => execute('kubectl', kubectl(args), options),
    startKubectl: args => start('kubectl', kubectl(args)),
    helm: (args, options) => execute('helm', ['--kube-context', context, '--namespace', namespace, ...args], options),
  };
}

export async function getJson<T>({kubectl}: Access, ...what: string[]): Promise<T> {
  return JSON.parse(await kubectl(['get', ...what, '--output', 'json'])) as T;
}
