import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {homedir, tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {accessTo, type Access} from '../cluster/kube/cluster.ts';
import {deleteNamespace, makeNamespace} from '../cluster/kube/namespace.ts';
import type {Page} from './pages.ts';
import {runPage, type Place} from './run.ts';

// The namespace of the pages, wherever a command or a file names it.
const NAMESPACE = /((?:namespace[ =]|-n |namespace: |NAMESPACE = '|Namespace\nmetadata:\n {2}name: ))duet\b/gu;

export type ClusterOptions = {
  namespace: string;
  /** Tag of MongoDB's image, in place of the charts' default. */
  mongoTag?: string | undefined;
  signal?: AbortSignal | undefined;
};

/** As `runPage`, in a namespace of the current cluster that is made for the page and deleted at its end. */
export async function runOnCluster(page: Page, options: ClusterOptions, print: (line: string) => void): Promise<void> {
  const access = await accessTo(options.namespace);
  await makeNamespace(access);
  const folder = await mkdtemp(join(tmpdir(), 'duet-docs-'));
  try {
    const env = await envOf(access, join(folder, 'kubeconfig'));
    await runPage(page, {seconds: 900, env, edit: await editFor(options), signal: options.signal}, print);
  } finally {
    await deleteNamespace(access);
    await rm(folder, {recursive: true});
  }
}

/** What makes kubectl, helm and skaffold use this namespace where a command names none, and kind this cluster. */
async function envOf({context, namespace, kubectl}: Access, file: string): Promise<NodeJS.ProcessEnv> {
  const view = await kubectl(['config', 'view', '--minify', '--output', 'json']);
  const [used] = (JSON.parse(view) as {contexts: {context: object}[]}).contexts;
  const contexts = [{name: context, context: {...used?.context, namespace}}];
  await writeFile(file, JSON.stringify({apiVersion: 'v1', kind: 'Config', 'current-context': context, contexts}));

  // The first file wins, and the credentials stay where they are.
  const others = process.env['KUBECONFIG'] ?? join(homedir(), '.kube', 'config');
  return {KUBECONFIG: [file, others].join(delimiter), KIND_CLUSTER_NAME: context.replace(/^kind-/u, '')};
}

/** The edit of commands and files that puts their namespace and version of MongoDB in place of the documented ones. */
export async function editFor({namespace, mongoTag}: ClusterOptions): Promise<Place['edit']> {
  const chart = await readFile('charts/mongodb/Chart.yaml', 'utf8');
  const preset = /^appVersion: '?(?<tag>[\d.]+)/mu.exec(chart)?.groups?.['tag'] ?? '';
  return text => text.replaceAll(NAMESPACE, `$1${namespace}`).replaceAll(preset, mongoTag ?? preset);
}
