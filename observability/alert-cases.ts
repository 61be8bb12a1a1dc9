import {always, growing, HOUR, type Case} from './case.ts';

export function serviceCases(service: string): Case[] {
  const of = (metric: string, instance: string, more = '') =>
    `${metric}{job="${service}",instance="${instance}"${more}}`;
  return [
    {
      name: 'ServiceDown fires when no pod can be scraped',
      series: {[of('up', 'a')]: always(0), [of('up', 'b')]: always(0)},
      at: '3m',
      firing: ['ServiceDown'],
    },
    {
      name: 'ServiceDown fires when no pod exists any more',
      series: {[of('up', 'a')]: always(1, 10) + ' stale'},
      at: '14m',
      firing: ['ServiceDown'],
    },
    {
      name: 'ServiceDown is silent when one of two pods cannot be scraped',
      series: {[of('up', 'b')]: always(0)},
      at: '10m',
      firing: [],
    },
    {
      name: 'ServiceDown is silent after one failed scrape',
      series: {[of('up', 'a')]: '1 0 1 1'},
      at: '1m',
      firing: [],
    },
    {
      name: 'PodsRestart fires when a process starts for the third time',
      series: {[of('process_start_time_seconds', 'a')]: '1 1 1 181 181 361 361 361'},
      at: '6m',
      firing: ['PodsRestart'],
    },
    {
      name: 'PodsRestart is silent after one restart, and during a rollout',
      series: {
        [of('process_start_time_seconds', 'a')]: '1 1 121 121 121 121 stale',
        [of('process_start_time_seconds', 'b')]: '_ _ _ 181 181 181 181',
        [of('process_start_time_seconds', 'c')]: '_ _ _ _ 241 241 241',
      },
      at: '6m',
      firing: [],
    },
    ...['dropped', 'failed'].map(outcome => ({
      name: `SpansLost fires when spans are ${outcome} for a while`,
      series: {[of('trace_spans_total', 'a', `,outcome="${outcome}"`)]: growing([5, HOUR])},
      at: '15m',
      firing: ['SpansLost'],
    })),
    {
      name: 'SpansLost is silent while all spans are exported, and after a short loss',
      series: {
        [of('trace_spans_total', 'a', ',outcome="exported"')]: growing([500, HOUR]),
        [of('trace_spans_total', 'a', ',outcome="dropped"')]: growing([0, 10], [5, 1], [0, HOUR]),
      },
      at: '15m',
      firing: [],
    },
    {
      name: 'LogLinesLost fires when lines are dropped for a while',
      series: {[of('log_lines_dropped_total', 'a')]: growing([5, HOUR])},
      at: '10m',
      firing: ['LogLinesLost'],
    },
    {
      name: 'LogLinesLost is silent while no line is dropped',
      series: {[of('log_lines_dropped_total', 'a')]: growing([0, HOUR])},
      at: '15m',
      firing: [],
    },
  ];
}

const none = growing([0, HOUR]);

type Ends = Partial<Record<'found' | 'unavailable' | 'stale', string>>;

/** The series of lookups at a neighbour, by outcome. */
function lookupsAt(service: string, neighbour: string, ends: Ends): Case['series'] {
  const {found = none, unavailable = none, stale = none} = ends;
  const of = (metric: string, label: string) =>
    `${metric}{job="${service}",instance="a",neighbour="${neighbour}",${label}}`;
  return {
    [of('neighbour_lookup_duration_seconds_count', 'outcome="found"')]: found,
    [of('neighbour_lookup_duration_seconds_count', 'outcome="unavailable"')]: unavailable,
    [of('neighbour_lookup_cache_total', 'result="miss"')]: growing([1, HOUR]),
    [of('neighbour_lookup_cache_total', 'result="stale"')]: stale,
  };
}

export function neighbourCases(service: string, neighbour: string): Case[] {
  const lookups = (ends: Ends) => lookupsAt(service, neighbour, ends);
  return [
    {
      name: 'NeighbourUnreachable fires when no lookup has an answer',
      series: lookups({unavailable: growing([10, HOUR])}),
      at: '5m',
      firing: ['NeighbourUnreachable'],
    },
    {
      name: 'NeighbourUnreachable fires when every answer is from a stale cache',
      series: lookups({found: growing([10, HOUR]), stale: growing([10, HOUR])}),
      at: '5m',
      firing: ['NeighbourUnreachable'],
    },
    {
      name: 'NeighbourUnreachable fires for one neighbour while another answers',
      series: {
        ...lookups({unavailable: growing([10, HOUR])}),
        ...lookupsAt(service, 'another', {found: growing([90, HOUR])}),
      },
      at: '5m',
      firing: ['NeighbourUnreachable'],
    },
    {
      name: 'NeighbourUnreachable is silent when most lookups have an answer',
      series: lookups({found: growing([90, HOUR]), unavailable: growing([10, HOUR])}),
      at: '10m',
      firing: [],
    },
    {
      name: 'NeighbourUnreachable is silent after a short outage',
      series: lookups({
        unavailable: growing([0, 10], [10, 1], [0, HOUR]),
      }),
      at: '11m',
      firing: [],
    },
    {
      name: 'NeighbourUnreachable is silent minutes after the neighbour came back',
      series: lookups({
        unavailable: growing([10, 10], [0, HOUR]),
        found: growing([0, 10], [10, HOUR]),
      }),
      at: '13m',
      firing: [],
    },
  ];
}
