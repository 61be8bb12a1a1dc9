import {readFile} from 'node:fs/promises';
import test from 'ava';
import {parse} from 'yaml';
import {named, ofKind} from './kubernetes.ts';
import {render} from './render.ts';
import {annotated, defaults, monitored} from './value-sets.ts';
import {services} from './values.ts';

for (const service of services) {
  test(`the chart of ${service} passes its alerts and its dashboard on unchanged`, async t => {
    const objects = await render(service, monitored);
    const {data, metadata} = named(objects, 'ConfigMap', `${service}-dashboard`);

    t.is(metadata.labels?.['grafana_dashboard'], '1');
    t.deepEqual(
      JSON.parse(data[`duet-${service}.json`] ?? ''),
      JSON.parse(await readFile(`charts/${service}/files/dashboard.json`, 'utf8')),
    );
    t.deepEqual(
      named(objects, 'PrometheusRule', service).spec,
      parse(await readFile(`charts/${service}/files/alerts.yaml`, 'utf8')),
    );
  });

  test(`the job label of ${service} is its name, even if fullnameOverride renames its objects`, async t => {
    const objects = await render(service, monitored, {more: {fullnameOverride: 'other'}});
    const [endpoint] = named(objects, 'ServiceMonitor', 'other').spec.endpoints;

    t.deepEqual(endpoint?.relabelings, [{targetLabel: 'job', replacement: service}]);
  });

  test(`metrics.scrapeAnnotations adds annotations for Prometheus to the pods of ${service}`, async t => {
    const annotationsOf = async (set: typeof defaults) =>
      named(await render(service, set), 'Deployment', service).spec.template.metadata.annotations;

    const database = (await annotationsOf(defaults))?.['database'] ?? '';
    t.deepEqual(await annotationsOf(defaults), {database});
    t.deepEqual(await annotationsOf(annotated), {
      database,
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
