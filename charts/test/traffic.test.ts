import test from 'ava';
import {named} from '../../verify/lib/charts/kubernetes.ts';
import {render} from '../../verify/lib/charts/render.ts';
import {defaults} from '../../verify/lib/charts/value-sets.ts';
import {services, valuesFor, type Values} from '../../verify/lib/charts/values.ts';
import {helm} from '../../tools/helm/run.ts';

for (const service of services) {
  test(`networkPolicy.tracesTo limits where ${service} sends traces, to the port of the collector`, async t => {
    const tracesTo = [{namespaceSelector: {matchLabels: {'kubernetes.io/metadata.name': 'observability'}}}];
    const egressOf = async (endpoint: string, port: number, networkPolicy: Values) => {
      const objects = await render(service, defaults, {more: {tracing: {endpoint}, networkPolicy}});
      const {egress = []} = named(objects, 'NetworkPolicy', service).spec;
      return egress.filter(({ports = []}) => ports.some(each => each.port === port));
    };

    t.deepEqual(await egressOf('http://collector:4318', 4318, {}), [{ports: [{port: 4318}]}]);
    t.deepEqual(await egressOf('https://collector.observability', 443, {tracesTo}), [
      {ports: [{port: 443}], to: tracesTo},
    ]);
  });

  test(`the NetworkPolicy of ${service} takes more sources and destinations`, async t => {
    const extraIngress = [{from: [{namespaceSelector: {}}], ports: [{port: 15_008}]}];
    const extraEgress = [{to: [{namespaceSelector: {}}], ports: [{port: 15_012}]}];
    const specOf = async (networkPolicy: Values) =>
      named(await render(service, defaults, {more: {networkPolicy}}), 'NetworkPolicy', service).spec;

    const [plain, extended] = [await specOf({}), await specOf({extraIngress, extraEgress})];
    t.deepEqual(extended.ingress, [...(plain.ingress ?? []), ...extraIngress]);
    t.deepEqual(extended.egress, [...(plain.egress ?? []), ...extraEgress]);
  });

  test(`the notes of ${service} warn that all clients behind an Ingress count as one, unless it is told of proxies`, async t => {
    const published = {ingress: {enabled: true, host: 'a.example.com'}, auth: {allowPublicOpen: true}};
    const networkPolicy = {enabled: false};
    const notesFor = (more: Values) => {
      const values = valuesFor(service, defaults, {networkPolicy, ...more});
      return helm(
        ['install', 'duet', `charts/${service}`, '--dry-run=client', '--values', '-'],
        JSON.stringify(values),
      );
    };

    t.regex(await notesFor(published), /WARNING: all clients behind/u);
    t.notRegex(await notesFor({}), /WARNING/u);
    t.notRegex(await notesFor({...published, config: {TRUSTED_PROXIES: 1}}), /WARNING/u);
  });

  test(`an Ingress of ${service} takes more hosts, with the same paths and certificate`, async t => {
    const ingress = {
      enabled: true,
      host: 'a.example.com',
      extraHosts: ['b.example.com', '*.c.example.com'],
      tlsSecret: 'tls',
    };
    const more = {ingress, auth: {allowPublicOpen: true}, networkPolicy: {enabled: false}};
    const {spec} = named(await render(service, defaults, {more}), 'Ingress', service);
    const hosts = ['a.example.com', 'b.example.com', '*.c.example.com'];

    t.deepEqual(
      spec.rules.map(({host}) => host),
      hosts,
    );
    t.deepEqual(spec.tls, [{secretName: 'tls', hosts}]);
    for (const {http} of spec.rules) t.deepEqual(http, spec.rules[0]?.http);
  });

  test(`an HTTPRoute of ${service} takes filters and timeouts`, async t => {
    const filters = [{type: 'ResponseHeaderModifier', responseHeaderModifier: {remove: ['server']}}];
    const timeouts = {request: '15s'};
    const httpRoute = {enabled: true, parentRefs: [{name: 'gateway'}], filters, timeouts};
    const more = {httpRoute, auth: {allowPublicOpen: true}, networkPolicy: {enabled: false}};

    t.like(named(await render(service, defaults, {more}), 'HTTPRoute', service).spec.rules[0], {filters, timeouts});
  });

  test(`a ServiceMonitor of ${service} takes relabelings behind the chart's own`, async t => {
    const relabelings = [{targetLabel: 'cluster', replacement: 'north'}];
    const metricRelabelings = [{sourceLabels: ['__name__'], regex: 'nodejs_.*', action: 'drop'}];
    const more = {
      metrics: {serviceMonitor: {enabled: true, relabelings, metricRelabelings}},
      networkPolicy: {metricsFrom: [{}]},
    };
    const [endpoint] = named(await render(service, defaults, {more}), 'ServiceMonitor', service).spec.endpoints;

    t.deepEqual(endpoint?.relabelings, [{targetLabel: 'job', replacement: service}, ...relabelings]);
    t.deepEqual(endpoint?.metricRelabelings, metricRelabelings);
  });
}
