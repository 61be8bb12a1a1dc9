import type {ServiceName} from '../dev/config.ts';
import {backupCases, serviceCases, usersCases} from './alert-cases.ts';
import {always, type Case} from './case.ts';
import {objectiveCases} from './objective-cases.ts';
import {toYaml} from './yaml.ts';

export const casesOf = (service: ServiceName): Case[] => [
  ...objectiveCases(service),
  ...serviceCases(service),
  ...backupCases(service),
  ...(service === 'orders' ? usersCases : []),
];

/** The cases of a service as a file for `promtool test rules`, next to the file with its rules. */
export const testsOf = (service: ServiceName): string =>
  toYaml({
    rule_files: [`${service}.yaml`],
    // Recording rules first; promtool's default order is random.
    group_eval_order: [`${service}-objectives`, `${service}-alerts`],
    evaluation_interval: '1m',
    tests: casesOf(service).map(each => testOf(each, service)),
  });

const testOf = ({name, series, at, firing}: Case, service: ServiceName): object => ({
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
const healthy = (service: ServiceName): Case['series'] => ({
  [`up{job="${service}",instance="a"}`]: always(1),
  [`mongodb_up{job="${service}",instance="a"}`]: always(1),
});
