import {expect, until} from '../../lib/until.ts';
import {getJson, type Cluster} from './cluster.ts';

export type ReplicaSet = {id: string; members: string[]};

const LOGIN = "db.getSiblingDB('local').auth('__system', require('node:fs').readFileSync(0, 'utf8'));";

const SCRIPT = `
  const {config} = db.adminCommand({replSetGetConfig: 1});
  const {members} = db.adminCommand({replSetGetStatus: 1});
  print(JSON.stringify({id: String(config.settings.replicaSetId), members: members.map(({stateStr}) => stateStr)}));`;

/** The replica set as a member sees it: the id that it got when it was created, and the state of each member. */
export async function replicaSetOf(cluster: Cluster, member: string): Promise<ReplicaSet> {
  const printed = await runOn(cluster, member, SCRIPT);
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '') as ReplicaSet;
}

/** Waits until the set of orders has one primary and the rest of so many members as secondaries, which hold all data. */
export const membersOf = (cluster: Cluster, count: number): Promise<ReplicaSet> =>
  until(`a set of ${count} members`, 180, async () => {
    const set = await replicaSetOf(cluster, `orders-mongodb-${count - 1}`);
    const secondaries = Array.from({length: count - 1}, () => 'SECONDARY');
    expect('members', set.members.toSorted(), ['PRIMARY', ...secondaries]);
    return set;
  });

/** The name of the pod that is the primary of orders. */
export async function primaryOf(cluster: Cluster): Promise<string> {
  const printed = await runOnPrimary(cluster, 'orders-mongodb-0', 'print(db.hello().me)');
  const [pod = ''] = (printed.trim().split('\n').at(-1) ?? '').split('.');
  return pod;
}

/** Runs a script of mongosh on the primary of this member's set. */
export const runOnPrimary = (cluster: Cluster, member: string, script: string): Promise<string> =>
  runOn(cluster, member, script, "'mongodb://localhost/?replicaSet=rs0'");

/** Logs in as a member of the set, with the key of the set from standard input: no other user may do all of this. */
async function runOn(cluster: Cluster, member: string, script: string, address = ''): Promise<string> {
  const shell = `HOME=/tmp exec mongosh ${address} --norc --quiet --eval "$0"`;
  const target = ['exec', '--stdin', member, '--container', 'mongod', '--', 'sh', '-c', shell, `${LOGIN}\n${script}`];
  return cluster.kubectl(target, {input: await keyOf(cluster, member)});
}

async function keyOf(cluster: Cluster, member: string): Promise<string> {
  const secret = member.replace(/-\d+$/u, '');
  const {data} = await getJson<{data: Record<string, string>}>(cluster, `secret/${secret}`);
  return Buffer.from(data['keyfile'] ?? '', 'base64')
    .toString()
    .replaceAll(/\s/gu, '');
}
