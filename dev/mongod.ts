import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {mkdir} from 'node:fs/promises';
import {setTimeout as wait} from 'node:timers/promises';
import {Mongoose, type Connection} from 'mongoose';
import {stop} from './process.ts';
import type {Part} from './supervise.ts';

export const REPLICA_SET = 'rs0';

/** The connection string of this database in the MongoDB that `startMongod` started on this port. */
export const mongoUrlAt = (port: number, database = ''): string =>
  `mongodb://127.0.0.1:${port}/${database}?replicaSet=${REPLICA_SET}`;

/**
 * Starts a mongod on this port of the loopback interface with its data in `folder`, as a replica set of one: only a
 * replica set has majority writes and retryable writes. Resolves when it accepts writes. The signal kills it at any time.
 * `onSpawn` is called as soon as the process exists.
 * @throws an error with the end of its output if it exits before that.
 */
export async function startMongod(
  binary: string,
  folder: string,
  port: number,
  signal?: AbortSignal,
  onSpawn?: (child: ChildProcess) => void,
): Promise<Part> {
  const {child, died} = await spawnMongod(binary, folder, port, signal);
  onSpawn?.(child);
  await Promise.race([initiate(port), died]);
  return {process: child, stop: () => stop(child)};
}

/** Starts a mongod that will be, or is, a member of a replica set of several. Resolves when it answers. */
export async function startMember(binary: string, folder: string, port: number, signal?: AbortSignal): Promise<Part> {
  const {child, died} = await spawnMongod(binary, folder, port, signal);
  await Promise.race([asAdministrator(port, admin => admin.command({ping: 1})), died]);
  return {process: child, stop: () => stop(child)};
}

/** `died` rejects with the end of its output when it exits. */
async function spawnMongod(binary: string, folder: string, port: number, signal?: AbortSignal) {
  await mkdir(folder, {recursive: true});
  const child = spawn(binary, mongodArguments(folder, port), {
    // Not in our process group: Ctrl-C in the terminal must not end the database before its service.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
    killSignal: 'SIGKILL',
  });
  const lastLines = tail(child);
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`mongod exited with code ${code}:\n${lastLines()}`);
  });
  died.catch(() => undefined);
  return {child, died};
}

/** Sized for a laptop. It stops fast, since no other member has to take over. */
const mongodArguments = (folder: string, port: number): string[] => [
  `--dbpath=${folder}`,
  `--port=${port}`,
  '--bind_ip=127.0.0.1',
  `--replSet=${REPLICA_SET}`,
  '--wiredTigerCacheSizeGB=0.25',
  '--oplogSize=64',
  '--setParameter=shutdownTimeoutMillisForSignaledShutdown=100',
  '--setParameter=diagnosticDataCollectionEnabled=false',
];

/** The last lines of its output, for an error message. All output is read, or a full pipe would block the process. */
function tail(child: ChildProcess): () => string {
  let lines: string[] = [];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    lines = [...lines, ...text.split('\n')].slice(-10);
  });
  return () => lines.join('\n');
}

type Admin = ReturnType<ReturnType<Connection['getClient']>['db']>;

const ALREADY_INITIALIZED = 23;

async function initiate(port: number): Promise<void> {
  await asAdministrator(port, async admin => {
    await joinItself(admin, [{_id: 0, host: `127.0.0.1:${port}`}]);
    await untilPrimary(() => admin.command({hello: 1}));
  });
}

/** Runs `work` on the admin database of the mongod on this port, whatever the state of its replica set. */
export async function asAdministrator(port: number, work: (admin: Admin) => Promise<unknown>): Promise<void> {
  const connection = await new Mongoose()
    .createConnection(`mongodb://127.0.0.1:${port}/?directConnection=true`, {serverSelectionTimeoutMS: 60_000})
    .asPromise();
  try {
    await work(connection.getClient().db('admin'));
  } finally {
    await connection.close();
  }
}

/** Creates the replica set. If the data has one already, moves its only member to this port. */
async function joinItself(admin: Admin, members: {_id: number; host: string}[]): Promise<void> {
  try {
    await admin.command({replSetInitiate: {_id: REPLICA_SET, members}});
  } catch (error) {
    if ((error as {code?: number}).code !== ALREADY_INITIALIZED) throw error;
    const {config} = await admin.command({replSetGetConfig: 1});
    if (config.members[0].host === members[0]?.host) return;
    await admin.command({replSetReconfig: {...config, members, version: config.version + 1}, force: true});
  }
}

async function untilPrimary(hello: () => Promise<{isWritablePrimary?: boolean}>): Promise<void> {
  while (!(await hello()).isWritablePrimary) await wait(20);
}
