import {expect, until} from '../../lib/until.ts';
import {getJson, type Cluster} from './cluster.ts';

// Backups and restores of the orders, by the Jobs that people make from the chart's CronJobs.

export const WITH_BACKUPS = 'orders.mongodb.backup.enabled=true';

const BACKUP = 'backup-now';

type End = 'Complete' | 'Failed';
type JobStatus = {status: {conditions?: {type: string}[]}};

/** Makes an archive. Returns the name of the Job that restores it, as the backup prints it. */
export async function backUp(cluster: Cluster): Promise<string> {
  await create(cluster, 'backup', BACKUP);
  await ended(cluster, BACKUP, 'Complete');
  const log = await logOf(cluster, BACKUP);
  await remove(cluster, BACKUP);
  const [, job = ''] = / (restore-\S+)$/mu.exec(log) ?? [];
  expect('name of a restore', /^restore-\d{8}t\d{6}z$/u.test(job), true);
  return job;
}

/** Restores the archive of this Job's name. */
export async function restoreBy(cluster: Cluster, job: string): Promise<void> {
  await create(cluster, 'restore', job);
  await ended(cluster, job, 'Complete');
}

/** Applies the Job again. @throws if it does not refuse. */
export async function refuseAgain(cluster: Cluster, job: string): Promise<void> {
  await remove(cluster, job);
  await create(cluster, 'restore', job);
  await ended(cluster, job, 'Failed');
  expect('refused', (await logOf(cluster, job)).includes('refused: '), true);
}

const create = (cluster: Cluster, kind: 'backup' | 'restore', job: string): Promise<string> =>
  cluster.kubectl(['create', 'job', job, `--from=cronjob/orders-mongodb-${kind}`]);

const remove = (cluster: Cluster, job: string): Promise<string> =>
  cluster.kubectl(['delete', 'job', job, '--ignore-not-found'], {seconds: 60});

/** Waits until the Job has ended. @throws with its log if it ended otherwise. */
async function ended(cluster: Cluster, job: string, expected: End): Promise<void> {
  const end = await until(`the end of ${job}`, 180, () => endOf(cluster, job));
  if (end !== expected) throw new Error(`${job} is ${end}: ${await logOf(cluster, job)}`);
}

async function endOf(cluster: Cluster, job: string): Promise<End | undefined> {
  const {status} = await getJson<JobStatus>(cluster, `job/${job}`);
  return status.conditions?.map(({type}) => type).find(isEnd);
}

const isEnd = (type: string): type is End => type === 'Complete' || type === 'Failed';

const logOf = (cluster: Cluster, job: string): Promise<string> => cluster.kubectl(['logs', `job/${job}`]);
