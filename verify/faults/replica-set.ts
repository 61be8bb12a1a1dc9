import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {Mongoose} from 'mongoose';
import {asAdministrator, REPLICA_SET, startMember} from '../../dev/mongod.ts';
import {freePort} from '../../dev/ports.ts';
import {startRestartable, type Restartable} from '../lib/restartable.ts';
import type {Run} from './run.ts';

type Member = Restartable & {port: number};

/** A replica set of three on this machine, which elects a new primary a second after it has lost one. */
export type ReplicaSet = {
  url: (database: string) => string;
  members: Member[];
  /** Waits until there is one. */
  primary: () => Promise<Member>;
};

const ELECTION_MS = 1_000;

/** Starts a replica set, calls `work` with it, and removes the set, even if the run is stopped meanwhile. */
export async function withReplicaSet<T>(
  {mongod, signal, cleanups}: Pick<Run, 'mongod' | 'signal' | 'cleanups'>,
  work: (set: ReplicaSet) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'duet-set-'));
  const ending = new AbortController();
  const until = AbortSignal.any([signal, ending.signal]);
  const remove = () => {
    ending.abort();
    return rm(folder, {recursive: true, force: true, maxRetries: 5});
  };
  cleanups.push(remove);
  const admin = new Mongoose();
  try {
    const members = await Promise.all([0, 1, 2].map(index => startOne(mongod, join(folder, String(index)), until)));
    const hosts = members.map(({port}) => `127.0.0.1:${port}`);
    await initiate(members);
    const url = (database: string) => `mongodb://${hosts.join()}/${database}?replicaSet=${REPLICA_SET}`;
    const connection = await admin.createConnection(url('admin'), {serverSelectionTimeoutMS: 60_000}).asPromise();
    const primary = async () => {
      for (;;) {
        const hello = await connection.getClient().db('admin').command({hello: 1}).catch(lost);
        const found = hello?.['isWritablePrimary'] && members[hosts.indexOf(String(hello['me']))];
        if (found) return found;
        await wait(20);
      }
    };
    return await work({url, members, primary});
  } finally {
    await admin.disconnect();
    await remove();
  }
}

/** The primary that was asked has just been lost, as it is meant to be. */
const lost = (): undefined => undefined;

async function startOne(mongod: string, folder: string, signal: AbortSignal): Promise<Member> {
  const port = await freePort();
  const start = () => {
    signal.throwIfAborted();
    return startMember(mongod, folder, port, signal);
  };
  return {port, ...(await startRestartable(start))};
}

async function initiate(all: Member[]): Promise<void> {
  const members = all.map(({port}, _id) => ({_id, host: `127.0.0.1:${port}`}));
  const config = {_id: REPLICA_SET, members, settings: {electionTimeoutMillis: ELECTION_MS}};
  await asAdministrator(all[0]?.port ?? 0, admin => admin.command({replSetInitiate: config}));
}
