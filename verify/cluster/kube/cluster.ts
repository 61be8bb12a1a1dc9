import type {ChildProcessByStdio} from 'node:child_process';
import type {Readable, Writable} from 'node:stream';
import {execute, start, type ExecuteOptions} from '../../lib/execute.ts';
import type {Cleanup} from '../../lib/run.ts';
import type {ProveConfig} from '../config.ts';
import type {LoadRecord} from '../record/record.ts';
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
export type Cluster = Access & {
  config: ProveConfig;
  /** Whether the release is one that the run has installed, and may change. */
  isOurs: boolean;
  images: Images;
  /** What the end of the run undoes, the last first. */
  cleanups: Cleanup[];
  /** The loads that the claim has run until now. */
  loads: LoadRecord[];
  /** Values of an upgrade that win over all others: those of a control. */
  weakened: () => string[];
};

/** Undoes what is not in the namespace of the run: at the end of `use`, or at that of the run, if it is stopped before. */
export async function undoing<T>({cleanups}: Cluster, undo: Cleanup, use: () => Promise<T>): Promise<T> {
  cleanups.push(undo);
  try {
    return await use();
  } finally {
    cleanups.splice(cleanups.indexOf(undo), 1);
    await undo();
  }
}

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
