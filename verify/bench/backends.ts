import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {mongo} from 'mongoose';
import {newId} from '#platform/ids.ts';
import type {Cleanup} from '../lib/run.ts';
import {findMongod} from '../../dev/find-mongod.ts';
import {mongoUrlAt, startMongod} from '../../dev/mongod.ts';
import {freePort} from '../../dev/ports.ts';
import {startProgram, type Program} from './program.ts';
import {variants} from './variants.ts';

/** The database and the trace collector that all measured services share. */
export type Backends = {
  /** Holds the output of all processes. */
  folder: string;
  mongoUrl: (database: string) => string;
  collector: Program;
  collectorUrl: string;
  /** The ids of the users that are in every database of users. */
  userIds: string[];
};

/** So many that a cache of users would miss most of the time. */
const USERS = 5_000;

/** Starts a MongoDB with users and a trace collector. The cleanups end them. */
export async function startBackends(cleanups: Cleanup[]): Promise<Backends> {
  const folder = await mkdtemp(join(tmpdir(), 'duet-bench-'));
  cleanups.push(() => rm(folder, {recursive: true}));
  const [mongoPort, collectorPort] = [await freePort(), await freePort()];
  const starting = startMongod(await findMongod(console.error), join(folder, 'mongo'), mongoPort);
  cleanups.push(async () => (await starting).stop());
  await starting;
  const mongoUrl = (database: string) => mongoUrlAt(mongoPort, database);

  const ids = Array.from({length: USERS}, () => newId());
  for (const name of [...variants.map(({name}) => name), 'before']) await insertUsers(mongoUrl(`users-${name}`), ids);
  const output = join(folder, 'sink.log');
  const collector = await startProgram('verify/bench/sink.ts', {output, env: {PORT: String(collectorPort)}});
  return {
    folder,
    mongoUrl,
    collector,
    collectorUrl: `http://127.0.0.1:${collectorPort}`,
    userIds: ids,
  };
}

async function insertUsers(url: string, ids: string[]): Promise<void> {
  const client = await mongo.MongoClient.connect(url);
  await client.db().collection('users').insertMany(ids.map(toRow));
  await client.close();
}

const toRow = (id: string, index: number) => ({
  _id: new mongo.ObjectId(id),
  username: `user-${index}`,
  email: `user-${index}@example.com`,
  passwordHash: 'nobody logs in',
  createdAt: new Date(),
  version: 1,
});
