import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {Mongoose} from 'mongoose';
import {asAdministrator, REPLICA_SET, startMember} from '../../dev/mongod.ts';
import {inFolder, startDatabase, type Mongod} from './folder.ts';
import type {Run} from './run.ts';

/** A replica set of three on this machine, which elects a new primary a second after it has lost one. */
export type ReplicaSet = {
  url: (database: string) => string;
  members: Mongod[];
  /** Waits until there is one. */
  primary: () => Promise<Mongod>;
};

const ELECTION_MS = 1_000;

/** Starts a replica set, calls `work` with it, and removes the set, even if the run is stopped meanwhile. */
export const withReplicaSet = <T>(
  {mongod, ...run}: Pick<Run, 'mongod' | 'signal' | 'cleanups'>,
  work: (set: ReplicaSet) => Promise<T>,
): Promise<T> =>
  inFolder(run, async (folder, signal) => {
    const folders = ['0', '1', '2'].map(name => join(folder, name));
    const members = await Promise.all(folders.map(each => startDatabase({mongod, signal}, each, startMember)));
    const hosts = members.map(({port}) => `127.0.0.1:${port}`);
    await initiate(members);
    const url = (database: string) => `mongodb://${hosts.join()}/${database}?replicaSet=${REPLICA_SET}`;
    const admin = new Mongoose();
    try {
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
    }
  });

/** The primary that was asked has just been lost, as it is meant to be. */
const lost = (): undefined => undefined;

async function initiate(all: Mongod[]): Promise<void> {
  const members = all.map(({port}, _id) => ({_id, host: `127.0.0.1:${port}`}));
  const config = {_id: REPLICA_SET, members, settings: {electionTimeoutMillis: ELECTION_MS}};
  await asAdministrator(all[0]?.port ?? 0, admin => admin.command({replSetInitiate: config}));
}
