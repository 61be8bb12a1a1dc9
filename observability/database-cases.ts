import {always, type Case} from './case.ts';

/** The cases of a service that has a MongoDB. */
export const databaseCases = (service: string): Case[] => [...downCases(service), ...backupCases(service)];

function downCases(service: string): Case[] {
  const up = (instance: string, more = '') => `mongodb_up{job="${service}",instance="${instance}"${more}}`;
  return [
    {
      name: 'DatabaseDown fires when no pod reaches a primary',
      series: {[up('a')]: always(0), [up('b')]: always(0)},
      at: '3m',
      firing: ['DatabaseDown'],
    },
    {
      name: 'DatabaseDown fires for one namespace while another is healthy',
      series: {[up('b', ',namespace="stage"')]: always(0)},
      at: '3m',
      firing: ['DatabaseDown'],
    },
    {
      name: 'DatabaseDown is silent when one of two pods reaches a primary',
      series: {[up('b')]: always(0)},
      at: '10m',
      firing: [],
    },
    {
      name: 'DatabaseDown is silent during the seconds of an election',
      series: {[up('a')]: '1 1 0 1'},
      at: '2m',
      firing: [],
    },
  ];
}

function backupCases(service: string): Case[] {
  const of = (metric: string) =>
    `${metric}{job="kube-state-metrics",namespace="shop",cronjob="${service}-mongodb-backup"}`;
  // Time starts at 0 in these tests, so earlier times are negative.
  const hoursAgo = (hours: number) => always(-3600 * hours);
  const created = {[of('kube_cronjob_created')]: hoursAgo(1_000)};
  const succeeded = (hours: number) => ({[of('kube_cronjob_status_last_successful_time')]: hoursAgo(hours)});
  return [
    {
      name: 'BackupStale fires when the last successful backup is from the night before last',
      series: {...created, ...succeeded(37)},
      at: '1m',
      firing: ['BackupStale'],
    },
    {name: 'BackupStale fires when no backup ever succeeded', series: created, at: '1m', firing: ['BackupStale']},
    {
      name: 'BackupStale is silent when the last successful backup is from last night',
      series: {...created, ...succeeded(30)},
      at: '1m',
      firing: [],
    },
  ];
}
