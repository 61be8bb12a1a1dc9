import {expect} from '../../lib/until.ts';
import type {Cluster} from './cluster.ts';

// Backups and restores of the orders, by the Jobs that people make from the chart's CronJobs.

export const WITH_BACKUPS = 'orders.mongodb.backup.enabled=true';

const BACKUP = 'backup-now';

/** Makes an archive. Returns the name of the Job that restores it, as the backup prints it. */
export async function backUp(cluster: Cluster): Promise<string> {
  await create(cluster, 'backup', BACKUP);
  await ended(cluster, BACKUP, 'complete');
  const log = await logOf(cluster, BACKUP);
  await remove(cluster, BACKUP);
  const [, job = ''] = / (restore-\S+)$/mu.exec(log) ?? [];
  expect('name of a restore', /^restore-\d{8}t\d{6}z$/u.test(job), true);
  return job;
}

/** Restores the archive of this Job's name. */
export async function restoreBy(cluster: Cluster, job: string): Promise<void> {
  await create(cluster, 'restore', job);
  await ended(cluster, job, 'complete');
}

/** Applies the Job again. @throws if it does not refuse. */
export async function refuseAgain(cluster: Cluster, job: string): Promise<void> {
  await remove(cluster, job);
  await create(cluster, 'restore', job);
  await ended(cluster, job, 'failed');
  expect('refused', (await logOf(cluster, job)).includes('refused: '), true);
}

const create = (cluster: Cluster, kind: 'backup' | 'restore', job: string): Promise<string> =>
  cluster.kubectl(['create', 'job', job, `--from=cronjob/orders-mongodb-${kind}`]);

const remove = (cluster: Cluster, job: string): Promise<string> =>
  cluster.kubectl(['delete', 'job', job, '--ignore-not-found'], {seconds: 60});

const ended = (cluster: Cluster, job: string, condition: 'complete' | 'failed'): Promise<string> =>
  cluster.kubectl(['wait', `--for=condition=${condition}`, `job/${job}`, '--timeout=180s'], {seconds: 190});

const logOf = (cluster: Cluster, job: string): Promise<string> => cluster.kubectl(['logs', `job/${job}`]);
