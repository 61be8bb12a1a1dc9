import type {Alert} from './alerts.ts';
import {failed, selecting, slower, type View} from './promql.ts';

/** An SLO over 30 days: at most the share `budget` of all requests, the error budget, may break it. */
type Objective = {name: string; budget: number; record: string; broken: (view: View) => string; breaking: string};

const SLOW_SECONDS = 0.25;

const objectives: Objective[] = [
  {
    name: 'Availability',
    budget: 0.001,
    record: 'job:http_requests_failed:ratio_rate',
    broken: failed,
    breaking: 'are answered with 5xx',
  },
  {
    name: 'Latency',
    budget: 0.01,
    record: 'job:http_requests_slow:ratio_rate',
    broken: view => slower(SLOW_SECONDS, view),
    breaking: `take longer than ${SLOW_SECONDS * 1000} ms`,
  },
];

/** A burn rate: how many times faster than allowed the error budget is spent, over both a long and a short window. */
type Burn = {factor: number; long: string; short: string};

// The pairs of Google's SRE Workbook, chapter 5: 2 % of the budget in an hour or 5 % in six; 10 % in a day or in three.
const fast: Burn[] = [
  {factor: 14.4, long: '1h', short: '5m'},
  {factor: 6, long: '6h', short: '30m'},
];
const slow: Burn[] = [
  {factor: 3, long: '1d', short: '2h'},
  {factor: 1, long: '3d', short: '6h'},
];

const windows = [...fast, ...slow].flatMap(({long, short}) => [short, long]);

/** Recording rules for the share of bad requests over each window: three days are too much for each evaluation. */
export const recordsOf = (service: string): {record: string; expr: string}[] =>
  objectives.flatMap(({record, broken}) =>
    [...new Set(windows)].map(window => ({
      record: record + window,
      expr: broken({select: selecting(`job="${service}"`), window, by: ['job', 'namespace']}),
    })),
  );

export const burnAlertsOf = (service: string): Alert[] =>
  objectives.flatMap(({name, budget, record, breaking}) => {
    const above = ({factor}: Burn, window: string) => `${record}${window}{job="${service}"} > ${factor} * ${budget}`;
    const expr = (burns: Burn[]) =>
      burns.map(burn => `(${above(burn, burn.long)} and ${above(burn, burn.short)})`).join(' or ');
    const description = `{{ $value | humanizePercentage }} of the requests to ${service} ${breaking}. The objective allows ${budget * 100} %.`;
    return [
      {
        alert: `${name}BurnsFast`,
        expr: expr(fast),
        severity: 'critical',
        summary: `Requests to ${service} that ${breaking} use up the 30-day error budget within five days`,
        description,
      },
      {
        alert: `${name}BurnsSlowly`,
        expr: expr(slow),
        severity: 'warning',
        summary: `More requests to ${service} ${breaking} than the objective allows`,
        description,
      },
    ];
  });
