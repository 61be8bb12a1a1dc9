import {increase, max, selecting, share, sum, type View} from './promql.ts';

export type Alert = {
  alert: string;
  expr: string;
  for?: string;
  /** `critical` wakes somebody, `warning` waits for the morning. */
  severity: 'critical' | 'warning';
  summary: string;
  description: string;
};

const APART = ['job', 'namespace'];

/** What is wrong with a service whatever its objectives say. */
export function alertsOf(service: string): Alert[] {
  const select = selecting(`job="${service}"`);
  return [
    {
      alert: 'ServiceDown',
      expr: `${max(select('up'), APART)} == 0 or absent(${select('up')})`,
      for: '2m',
      severity: 'critical',
      summary: `No pod of ${service} lets its metrics be read`,
      description: `${service} is down, or Prometheus may not read its ops port; no other alert of it can fire.`,
    },
    {
      alert: 'DatabaseDown',
      expr: `${max(select('mongodb_up'), APART)} == 0`,
      for: '1m',
      severity: 'critical',
      summary: `No pod of ${service} reaches a primary of its MongoDB`,
      description: `For a minute no ping of ${service} was answered by a primary; every request for data is answered 503.`,
    },
    {
      alert: 'BackupStale',
      expr: `time() - ${lastBackupOf(service)} > ${BACKUP_HOURS} * 3600`,
      severity: 'warning',
      summary: `The newest backup of ${service} is older than ${BACKUP_HOURS} hours`,
      description: `The CronJob {{ $labels.cronjob }} last succeeded {{ $value | humanizeDuration }} ago, or has never.`,
    },
    {
      alert: 'PodsRestart',
      expr: `${sum(`changes(${select('process_start_time_seconds')}[15m])`, APART)} > 1`,
      severity: 'warning',
      summary: `The containers of ${service} start again and again`,
      description: `{{ $value }} times in 15 minutes a process of ${service} began anew in a pod that was there before.`,
    },
    {
      alert: 'SpansLost',
      expr: `${sum(increase(select('trace_spans_total', 'outcome=~"dropped|failed"'), '10m'), [...APART, 'outcome'])} > 0`,
      for: '10m',
      severity: 'warning',
      summary: `Traces of ${service} are incomplete`,
      description: `{{ $value | humanize }} spans of ${service} are {{ $labels.outcome }} in 10 minutes.`,
    },
  ];
}

/** For a service that asks neighbours. */
export function neighbourUnreachable(service: string): Alert {
  const lookups: View = {select: selecting(`job="${service}"`), window: '2m', by: [...APART, 'neighbour']};
  const unanswered = share('neighbour_lookup_duration_seconds_count', 'outcome="unavailable"', lookups);
  const answeredFromCache = share('neighbour_lookup_cache_total', 'result="stale"', lookups);
  return {
    alert: 'NeighbourUnreachable',
    expr: `${unanswered} + ${answeredFromCache} > 0.5`,
    for: '1m',
    severity: 'critical',
    summary: `${service} gets no answer from {{ $labels.neighbour }}`,
    description: `{{ $value | humanizePercentage }} of the lookups at {{ $labels.neighbour }} fail or are served from a stale cache; where no cache entry is left, ${service} answers 503.`,
  };
}

/** The chart's schedule is daily; half a day more is for a run that takes long, or fails once. */
const BACKUP_HOURS = 36;

/** As kube-state-metrics tells it: when the last backup succeeded, or when backups began, if none ever did. */
function lastBackupOf(service: string): string {
  const select = selecting(`cronjob="${service}-mongodb-backup"`);
  return `(${select('kube_cronjob_status_last_successful_time')} or ${select('kube_cronjob_created')})`;
}
