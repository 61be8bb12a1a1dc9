import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import type {ExecutionContext} from 'ava';
import {named} from '../../verify/lib/charts/kubernetes.ts';
import {render} from '../../verify/lib/charts/render.ts';
import {everyJob} from '../../verify/lib/charts/value-sets.ts';

/** The program that fails, and what each program does besides being recorded, as lines of sh. */
export type Options = {failing?: string; does?: Record<string, string>};

export type Script = {
  /** In place of the volume with archives, of /tmp and of the Secret. */
  folder: string;
  /** Runs the script; returns what it printed, or its errors if it failed. */
  run: (env: Record<string, string>) => Promise<string>;
  /** The programs of MongoDB that it called, in order. */
  calls: () => Promise<string[]>;
};

/** A script of the mongodb chart that runs here, with stand-ins for the programs that a laptop may lack. */
export async function prepared(
  t: ExecutionContext,
  name: string,
  {failing = '', does = {}}: Options = {},
): Promise<Script> {
  const folder = await mkdtemp(join(tmpdir(), 'script-'));
  t.teardown(() => rm(folder, {recursive: true}));
  const {data} = named(await render('users', everyJob), 'ConfigMap', 'users-mongodb');
  const text = (data[name] ?? '').replaceAll(/\/(?:backup|tmp|run\/secrets\/mongodb)(?=[/ ])/gu, folder);

  await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'calls'), '');
  for (const key of ['backup-password', 'restore-password']) await writeFile(join(folder, key), 'secret');
  for (const program of ['flock', 'mongosh', 'mongodump', 'mongorestore']) {
    const recorded = program === 'flock' ? '' : `echo ${program} $ACCESS >>${folder}/calls`;
    const lines = ['#!/bin/sh', recorded, does[program] ?? '', `[ ${program} != '${failing}' ]`, ''];
    await writeFile(join(folder, program), lines.join('\n'), {mode: 0o755});
  }

  const always = {PATH: `${folder}:${process.env['PATH']}`, DATABASE: 'users', MEMBERS: 'localhost:27017'};
  const run = async (env: Record<string, string>): Promise<string> => {
    const done = promisify(execFile)('bash', [join(folder, name)], {env: {...always, ...env}});
    const {stdout} = await done.catch((error: {stderr: string}) => ({stdout: error.stderr}));
    return stdout.trim();
  };
  const calls = async (): Promise<string[]> => (await readFile(join(folder, 'calls'), 'utf8')).trim().split(/\s*\n/u);
  return {folder, run, calls};
}
