import type {ChildProcessByStdio} from 'node:child_process';
import type {Readable, Writable} from 'node:stream';
import type {ProofConfig} from '../config.ts';
import type {Images} from './images.ts';
import {run, start, type RunOptions} from '../../lib/shell.ts';

/** The one place in a cluster where the claims are tried. */
export type Cluster = {
  context: string;
  namespace: string;
  kubectl: (args: string[], options?: RunOptions) => Promise<string>;
  /** A kubectl that runs until it is ended. */
  startKubectl: (args: string[]) => ChildProcessByStdio<Writable, Readable, null>;
  helm: (args: string[], options?: RunOptions) => Promise<string>;
};

export type Stage = Cluster & {config: ProofConfig; images: Images};

/** The context is asked for once: a switch in another terminal must not move the run to another cluster. */
export async function currentCluster(namespace: string): Promise<Cluster> {
  const context = (await run('kubectl', ['config', 'current-context'])).trim();
  const kubectl = (args: string[]) => ['--context', context, '--namespace', namespace, ...args];
  return {
    context,
    namespace,
    kubectl: (args, options) => run('kubectl', kubectl(args), options),
    startKubectl: args => start('kubectl', kubectl(args)),
    helm: (args, options) => run('helm', ['--kube-context', context, '--namespace', namespace, ...args], options),
  };
}

export async function getJson<T>({kubectl}: Cluster, ...what: string[]): Promise<T> {
  return JSON.parse(await kubectl(['get', ...what, '--output', 'json'])) as T;
}
