import {readFile} from 'node:fs/promises';
import test from 'ava';
import {parse} from 'yaml';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {named, ofKind, type ObjectOf} from '../../verify/lib/charts/kubernetes.ts';
import {NAMESPACE, render} from '../../verify/lib/charts/render.ts';
import {annotated, defaults, monitored} from '../../verify/lib/charts/value-sets.ts';
import {services} from '../../verify/lib/charts/values.ts';

const expressionsOf = ({groups}: ObjectOf<'PrometheusRule'>['spec']): string[] =>
  groups.flatMap(({rules}) => rules).map(({expr}) => expr);

for (const service of services) {
  test(`the chart of ${service} passes its dashboard on unchanged`, async t => {
    const objects = await render(service, monitored);
    const {data, metadata} = named(objects, 'ConfigMap', `${service}-dashboard`);

    t.is(metadata.labels?.['grafana_dashboard'], '1');
    t.deepEqual(
      JSON.parse(data[`duet-${service}.json`] ?? ''),
      JSON.parse(await readFile(`charts/${service}/files/dashboard.json`, 'utf8')),
    );
  });

  test(`the chart of ${service} passes its alerts on, for its own namespace only`, async t => {
    const {spec} = named(await render(service, monitored), 'PrometheusRule', service);
    const file = await readFile(`charts/${service}/files/alerts.yaml`, 'utf8');
    const rendered = JSON.stringify(spec).replaceAll(String.raw`,namespace=\"shop\"`, '');

    t.deepEqual(JSON.parse(rendered), parse(file));
    for (const expression of expressionsOf(spec)) {
      const selectors = expression.match(/\{[^}]*(?:job|cronjob)="[^}]*\}/gu) ?? [];
      for (const selector of selectors) t.true(selector.includes(`,namespace="${NAMESPACE}"`), expression);
    }
    t.true(
      expressionsOf(spec).some(expression => expression.includes(`absent(up{job="${service}",namespace="shop"})`)),
    );
  });

  test(`each alert of ${service} links to its section of the runbook`, async t => {
    const url = 'https://git.example.com/duet/RUNBOOK.md';
    const more = {metrics: {rules: {runbookUrl: url}}};
    const {spec} = named(await render(service, monitored, {more}), 'PrometheusRule', service);

    const alerts = spec.groups.flatMap(({rules}) => rules).filter(rule => rule.alert);
    t.true(alerts.length > 5);
    for (const {alert = '', annotations} of alerts) t.is(annotations?.['runbook_url'], `${url}#${alert.toLowerCase()}`);
  });

  test(`the job label of ${service} is its name, even if fullnameOverride renames its objects`, async t => {
    const objects = await render(service, monitored, {more: {fullnameOverride: 'other'}});
    const [endpoint] = named(objects, 'ServiceMonitor', 'other').spec.endpoints;

    t.deepEqual(endpoint?.relabelings, [{targetLabel: 'job', replacement: service}]);
  });

  test(`metrics.scrapeAnnotations adds annotations for Prometheus to the pods of ${service}`, async t => {
    const annotationsOf = async (set: typeof defaults) =>
      named(await render(service, set), 'Deployment', service).spec.template.metadata.annotations;

    const before = await annotationsOf(defaults);
    t.deepEqual(Object.keys(before ?? {}), [
      'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes',
      ...(servicesWithDatabase.includes(service) ? ['database'] : []),
    ]);
    t.deepEqual(await annotationsOf(annotated), {
      ...before,
      'example.com/note': 'ours',
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '9090',
      'prometheus.io/path': '/metrics',
    });
  });

  test(`${service} does not need the Prometheus Operator by default`, async t => {
    const objects = await render(service, defaults);

    t.deepEqual([...ofKind(objects, 'ServiceMonitor'), ...ofKind(objects, 'PrometheusRule')], []);
  });
}

for (const service of servicesWithDatabase) {
  test(`the alerts of ${service} watch the backup of its database under any name`, async t => {
    const more = {mongodb: {fullnameOverride: 'people-db'}};
    const {spec} = named(await render(service, monitored, {more}), 'PrometheusRule', service);

    t.regex(String(expressionsOf(spec)), /\{cronjob="people-db-backup",namespace="shop"\}/u);
    t.notRegex(String(expressionsOf(spec)), new RegExp(`${service}-mongodb`, 'u'));
  });
}
