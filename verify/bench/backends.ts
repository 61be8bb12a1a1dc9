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
import {variantBefore, variants, type Variant} from './variants.ts';

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
  for (const variant of [...variants, variantBefore('')]) {
    await insertUsers(mongoUrl(`users-${variant.name}`), variant, ids);
  }
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

/** Stores users with these ids as the variant would have stored them. */
export async function insertUsers(url: string, {userFields}: Variant, ids: string[]): Promise<void> {
  const client = await mongo.MongoClient.connect(url);
  const rows = ids.map((id, index) => ({...userFields, ...rowOf(id, index)}));
  await client.db().collection('users').insertMany(rows);
  await client.close();
}

const rowOf = (id: string, index: number) => ({
  _id: new mongo.ObjectId(id),
  username: `user-${index}`,
  email: `user-${index}@example.com`,
  createdAt: new Date(),
});
