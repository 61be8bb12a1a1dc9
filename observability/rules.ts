import type {ServiceName} from '../dev/config.ts';
import {alertsOf, neighbourUnreachable, type Alert} from './alerts.ts';
import {burnAlertsOf, recordsOf} from './objectives.ts';
import {toYaml} from './yaml.ts';

export const RUNBOOK = 'k8s/observability/README.md';

export const everyAlertOf = (service: ServiceName): Alert[] => [
  ...burnAlertsOf(service),
  ...alertsOf(service),
  ...(service === 'orders' ? [neighbourUnreachable(service)] : []),
];

/** The rules of a service, as Prometheus and a PrometheusRule take them. */
export const rulesOf = (service: ServiceName): string =>
  toYaml({
    groups: [
      {name: `${service}-objectives`, rules: recordsOf(service)},
      {name: `${service}-alerts`, rules: everyAlertOf(service).map(alert => ruleOf(alert, service))},
    ],
  });

const ruleOf = ({severity, summary, description, ...rule}: Alert, service: ServiceName): object => ({
  ...rule,
  labels: {severity, service},
  annotations: {summary, description, runbook: `${RUNBOOK}#${rule.alert.toLowerCase()}`},
});
