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
