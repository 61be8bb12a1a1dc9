import {globSync} from 'node:fs';
import {cp, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, dirname, join, matchesGlob, relative} from 'node:path';
import {isMap, isSeq, parseDocument} from 'yaml';
import {serviceNames} from '../services.ts';
import {buildCharts} from './charts.ts';
import {helm} from './run.ts';

/** What a Chart.yaml is to say. Without a version it stays as it is. */
export type Versions = {version?: string | undefined; appVersion?: string | undefined};

/** Copies the charts of the checkout, with these versions by the names of charts, and builds them there. */
export async function copyCharts(folder: string, versions: Record<string, Versions> = {}): Promise<void> {
  const isLeftOut = (path: string): boolean => ['test', '*/charts'].some(pattern => matchesGlob(path, pattern));
  await cp('charts', folder, {recursive: true, filter: path => !isLeftOut(relative('charts', path))});

  for (const file of globSync(join(folder, '*/Chart.yaml'))) {
    await writeFile(file, withVersions(await readFile(file, 'utf8'), basename(dirname(file)), versions));
  }
  await buildCharts(folder);
}

function withVersions(text: string, chart: string, versions: Record<string, Versions>): string {
  const document = parseDocument(text);
  for (const [key, version] of Object.entries(versions[chart] ?? {})) if (version) document.set(key, version);

  const dependencies = document.get('dependencies');
  for (const dependency of isSeq(dependencies) ? dependencies.items : []) {
    const version = isMap(dependency) && versions[String(dependency.get('name'))]?.version;
    if (version) dependency.set('version', version);
  }
  return document.toString({lineWidth: 0});
}

/**
 * Writes an archive of every chart into the folder, each with all that it needs, and gives their paths by the names of
 * charts. The app version is that of the services; MongoDB has its own.
 */
export async function packageCharts(
  destination: string,
  {version, appVersion}: Versions = {},
): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'charts-'));
  try {
    const names = globSync('charts/*/Chart.yaml')
      .map(file => basename(dirname(file)))
      .toSorted();
    const versionsOf = (name: string): Versions =>
      [...serviceNames, 'duet'].includes(name) ? {version, appVersion} : {version};
    await copyCharts(folder, Object.fromEntries(names.map(name => [name, versionsOf(name)])));

    const archives = new Map<string, string>();
    for (const name of names) {
      const said = await helm(['package', join(folder, name), '--destination', destination]);
      archives.set(name, said.trim().replace(/^.*: /u, ''));
    }
    return archives;
  } finally {
    await rm(folder, {recursive: true});
  }
}
