import {serviceNames} from '../tools/services.ts';
import {testsOf} from './alert-tests.ts';
import {dashboardOf} from './dashboards.ts';
import {kustomization, prometheusConfig} from './prometheus.ts';
import {rulesOf} from './rules.ts';

export const FOLDER = 'k8s/observability';

/**
 * The generated files and their contents. The chart of each service has its own alerts and dashboard, so that it can be
 * deployed alone. k8s/observability has copies, because kustomize reads nothing outside its folder.
 */
export function files(): Record<string, string> {
  const texts = serviceNames.map(service => {
    const rules = rulesOf(service);
    const dashboard = `${JSON.stringify(dashboardOf(service), null, 2)}\n`;
    return {
      [`charts/${service}/files/alerts.yaml`]: rules,
      [`charts/${service}/files/dashboard.json`]: dashboard,
      [`${FOLDER}/rules/${service}.yaml`]: rules,
      [`${FOLDER}/rules/${service}.test.yaml`]: testsOf(service),
      [`${FOLDER}/dashboards/${service}.json`]: dashboard,
    };
  });
  return Object.assign(
    {
      [`${FOLDER}/prometheus.yml`]: prometheusConfig(serviceNames),
      [`${FOLDER}/kustomization.yaml`]: kustomization(serviceNames),
    },
    ...texts,
  ) as Record<string, string>;
}
