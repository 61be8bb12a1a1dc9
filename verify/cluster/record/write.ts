import {execFile} from 'node:child_process';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {promisify} from 'node:util';
import type {Finding} from '../../lib/claims.ts';
import {machine, today} from '../../lib/origin.ts';
import {say} from '../../lib/run.ts';
import type {Cluster} from '../kube/cluster.ts';
import {comparedWith, merged} from './compare.ts';
import {htmlOf, markdownOf} from './page.ts';
import {picture} from './timeline.ts';
import {folderOf, readRecord, type LoadRecord, type Place, type ProveRecord} from './record.ts';

/** A claim as a run found it, with its loads. */
export type Found = Finding & {loads: LoadRecord[]};

/** Writes what a run of this commit has found into the folder of this version, and says what has changed since the last record. */
export async function writeRecord(cluster: Cluster, commit: string, found: Found[]): Promise<void> {
  const {version} = JSON.parse(await readFile('package.json', 'utf8')) as {version: string};
  const folder = folderOf(version);
  const last = await readRecord(version).catch(() => undefined);
  const now: ProveRecord = {
    version,
    place: await placeOf(cluster),
    claims: found.map(claim => ({...claim, commit, date: today()})),
  };
  say(comparedWith(last, now));

  const record = merged(last, now);
  await mkdir(folder, {recursive: true});
  await writeFile(`${folder}/record.json`, jsonOf(record));
  await writeFile(`${folder}/README.md`, markdownOf(record));
  await writeFile(`${folder}/index.html`, htmlOf(record));
  await promisify(execFile)('oxfmt', [`${folder}/README.md`]);
  for (const [file, load] of Object.entries(picturesOf(record))) await writeFile(file, picture(load));
}

/** The pictures of documents: a rolling restart with draining, and the last one of its control. */
export function picturesOf({claims}: ProveRecord): Record<string, LoadRecord> {
  const loads = claims.find(({title}) => title.includes('rolling restart'))?.loads ?? [];
  const [whole, control] = ['load', 'control: without draining'].map(name =>
    loads.findLast(load => load.name === name),
  );
  return {...(whole && {'docs/drain.svg': whole}), ...(control && {'docs/drain-off.svg': control})};
}

type Version = {serverVersion: {gitVersion: string}};

async function placeOf({kubectl, config}: Cluster): Promise<Place> {
  const {serverVersion} = JSON.parse(await kubectl(['version', '--output', 'json'])) as Version;
  return {machine: machine(), kubernetes: serverVersion.gitVersion, rate: config.PROVE_RATE};
}

/** A claim a line and a timeline a line, so that a diff shows what has changed. */
const jsonOf = (record: ProveRecord): string =>
  `${JSON.stringify(record).replaceAll('{"title"', '\n{"title"').replaceAll('"timeline"', '\n"timeline"')}\n`;
