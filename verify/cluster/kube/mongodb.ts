import {getJson, type Cluster} from './cluster.ts';

export type ReplicaSet = {id: string; members: string[]};

// Logs in as a member of the set, with the key of the set from standard input: no other user may see all of this.
const SCRIPT = `
  db.getSiblingDB('local').auth('__system', require('node:fs').readFileSync(0, 'utf8'));
  const {config} = db.adminCommand({replSetGetConfig: 1});
  const {members} = db.adminCommand({replSetGetStatus: 1});
  print(JSON.stringify({id: String(config.settings.replicaSetId), members: members.map(({stateStr}) => stateStr)}));`;

/** The replica set as a member sees it: the id that it got when it was created, and the state of each member. */
export async function replicaSetOf(cluster: Cluster, member: string): Promise<ReplicaSet> {
  const shell = 'HOME=/tmp exec mongosh --norc --quiet --eval "$0"';
  const target = ['exec', '--stdin', member, '--container', 'mongod', '--', 'sh', '-c', shell, SCRIPT];
  const printed = await cluster.kubectl(target, {input: await keyOf(cluster, member)});
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '') as ReplicaSet;
}

async function keyOf(cluster: Cluster, member: string): Promise<string> {
  const secret = member.replace(/-\d+$/u, '');
  const {data} = await getJson<{data: Record<string, string>}>(cluster, `secret/${secret}`);
  return Buffer.from(data['keyfile'] ?? '', 'base64')
    .toString()
    .replaceAll(/\s/gu, '');
}
