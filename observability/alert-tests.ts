import {backupCases, serviceCases} from './alert-cases.ts';
import {always, type Case} from './case.ts';
import {objectiveCases} from './objective-cases.ts';
import {ownOf} from './own.ts';
import {toYaml} from './yaml.ts';

export const casesOf = (service: string): Case[] => [
  ...objectiveCases(service),
  ...serviceCases(service),
  ...backupCases(service),
  ...ownOf(service).cases,
];

/** The cases of a service as `promtool test rules` reads them, beside the file with its rules. */
export const testsOf = (service: string): string =>
  toYaml({
    rule_files: [`${service}.yaml`],
    // What is recorded first; promtool's own order is a different one each time.
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

/** What a service without trouble shows; a case may say otherwise of the same series. */
const healthy = (service: string): Case['series'] => ({
  [`up{job="${service}",instance="a"}`]: always(1),
  [`mongodb_up{job="${service}",instance="a"}`]: always(1),
});
