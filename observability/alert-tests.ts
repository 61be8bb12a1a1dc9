import {servicesWithDatabase} from '../tools/databases.ts';
import {serviceCases} from './alert-cases.ts';
import {always, type Case} from './case.ts';
import {databaseCases} from './database-cases.ts';
import {objectiveCases} from './objective-cases.ts';
import {ownOf} from './own.ts';
import {toYaml} from './yaml.ts';

const hasDatabase = (service: string): boolean => servicesWithDatabase.includes(service);

export const casesOf = (service: string): Case[] => [
  ...objectiveCases(service),
  ...serviceCases(service),
  ...(hasDatabase(service) ? databaseCases(service) : []),
  ...ownOf(service).cases,
];

/** The cases of a service as a file for `promtool test rules`, next to the file with its rules. */
export const testsOf = (service: string): string =>
  toYaml({
    rule_files: [`${service}.yaml`],
    // Recording rules first; promtool's default order is random.
    group_eval_order: [`${service}-objectives`, `${service}-alerts`],
    evaluation_interval: '1m',
    tests: casesOf(service).map(each => testOf(each, service)),
  });

const testOf = ({name, series, at, firing}: Case, service: string): object => ({
  name,
  interval: '1m',
  input_series: Object.entries({...healthy(service), ...series}).map(([name, values]) => ({series: name, values})),
  promql_expr_test: [
    {
      expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
      eval_time: at,
      exp_samples: firing.map(alert => ({labels: `{alertname="${alert}"}`, value: 1})),
    },
  ],
});

/** The series of a healthy service. A case may override them. */
const healthy = (service: string): Case['series'] => ({
  [`up{job="${service}",instance="a"}`]: always(1),
  ...(hasDatabase(service) && {[`mongodb_up{job="${service}",instance="a"}`]: always(1)}),
});
