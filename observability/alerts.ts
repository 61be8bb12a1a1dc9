import {servicesWithDatabase} from '../tools/databases.ts';
import {increase, max, selecting, share, sum, type View} from './promql.ts';

export type Alert = {
  alert: string;
  expr: string;
  for?: string;
  /** `critical` pages somebody, `warning` waits until the morning. */
  severity: 'critical' | 'warning';
  summary: string;
  description: string;
};

const APART = ['job', 'namespace'];

/** The alerts of a service besides those on the burn rate of its objectives. */
export function alertsOf(service: string): Alert[] {
  const select = selecting(`job="${service}"`);
  return [
    {
      alert: 'ServiceDown',
      expr: `${max(select('up'), APART)} == 0 or absent(${select('up')})`,
      for: '2m',
      severity: 'critical',
      summary: `Prometheus cannot scrape any pod of ${service}`,
      description: `${service} is down, or Prometheus cannot reach its ops port. Its other alerts cannot fire.`,
    },
    ...(servicesWithDatabase.includes(service) ? databaseAlertsOf(service) : []),
    {
      alert: 'PodsRestart',
      expr: `${sum(`changes(${select('process_start_time_seconds')}[15m])`, APART)} > 1`,
      severity: 'warning',
      summary: `The containers of ${service} restart repeatedly`,
      description: `In 15 minutes processes of ${service} restarted {{ $value }} times in existing pods.`,
    },
    {
      alert: 'SpansLost',
      expr: `${sum(increase(select('trace_spans_total', 'outcome=~"dropped|failed"'), '10m'), [...APART, 'outcome'])} > 0`,
      for: '10m',
      severity: 'warning',
      summary: `Traces of ${service} are incomplete`,
      description: `In 10 minutes ${service} lost {{ $value | humanize }} spans: {{ $labels.outcome }}.`,
    },
    {
      alert: 'LogLinesLost',
      expr: `${sum(increase(select('log_lines_dropped_total'), '10m'), APART)} > 0`,
      for: '5m',
      severity: 'warning',
      summary: `The log of ${service} is incomplete`,
      description: `In 10 minutes ${service} dropped {{ $value | humanize }} log lines that standard output did not take.`,
    },
  ];
}

/** The alerts of a service that has a MongoDB. */
function databaseAlertsOf(service: string): Alert[] {
  const select = selecting(`job="${service}"`);
  return [
    {
      alert: 'DatabaseDown',
      expr: `${max(select('mongodb_up'), APART)} == 0`,
      for: '1m',
      severity: 'critical',
      summary: `No pod of ${service} reaches a primary of its MongoDB`,
      description: `For a minute no primary answered a ping of ${service}. Requests that need data are answered 503.`,
    },
    {
      alert: 'BackupStale',
      expr: `time() - ${lastBackupOf(service)} > ${BACKUP_HOURS} * 3600`,
      severity: 'warning',
      summary: `The newest backup of ${service} is older than ${BACKUP_HOURS} hours`,
      description: `The CronJob {{ $labels.cronjob }} has not succeeded for {{ $value | humanizeDuration }}.`,
    },
  ];
}

/** The alert of a service that calls neighbours. */
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
    description: `{{ $value | humanizePercentage }} of the lookups at {{ $labels.neighbour }} fail or use a stale cache. Without a cached answer, ${service} answers 503.`,
  };
}

/** The chart's schedule is daily. Half a day more tolerates a run that is slow or fails once. */
const BACKUP_HOURS = 36;

/** From kube-state-metrics: the time of the last successful backup, or of the CronJob's creation if there is none. */
function lastBackupOf(service: string): string {
  const select = selecting(`cronjob="${service}-mongodb-backup"`);
  return `(${select('kube_cronjob_status_last_successful_time')} or ${select('kube_cronjob_created')})`;
}
