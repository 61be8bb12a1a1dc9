import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {copyCharts, type Versions} from '../../tools/helm/archives.ts';

/** An empty folder that is removed after the test. */
export async function emptyFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'charts-'));
  t.teardown(() => rm(folder, {recursive: true}));
  return folder;
}

/** A copy of the charts, built, with these versions by the names of charts. */
export async function copyOfCharts(t: ExecutionContext, versions: Record<string, Versions> = {}): Promise<string> {
  const folder = await emptyFolder(t);
  await copyCharts(folder, versions);
  return folder;
}
