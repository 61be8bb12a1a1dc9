import {alertsOf, type Alert} from './alerts.ts';
import {burnAlertsOf, recordsOf} from './objectives.ts';
import {ownOf} from './own.ts';
import {toYaml} from './yaml.ts';

export const RUNBOOK = 'observability/RUNBOOK.md';

export const everyAlertOf = (service: string): Alert[] => [
  ...burnAlertsOf(service),
  ...alertsOf(service),
  ...ownOf(service).alerts,
];

/** The rules of a service, as Prometheus and a PrometheusRule take them. */
export const rulesOf = (service: string): string =>
  toYaml({
    groups: [
      {name: `${service}-objectives`, rules: recordsOf(service)},
      {name: `${service}-alerts`, rules: everyAlertOf(service).map(alert => ruleOf(alert, service))},
    ],
  });

const ruleOf = ({severity, summary, description, ...rule}: Alert, service: string): object => ({
  ...rule,
  labels: {severity, service},
  annotations: {summary, description, runbook: `${RUNBOOK}#${rule.alert.toLowerCase()}`},
});
