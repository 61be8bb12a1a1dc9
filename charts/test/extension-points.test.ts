import test from 'ava';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {named, ofKind} from '../../verify/lib/charts/kubernetes.ts';
import {breachesOfRestricted} from './pod-security.ts';
import {render} from '../../verify/lib/charts/render.ts';
import {defaults} from '../../verify/lib/charts/value-sets.ts';
import {services, type Service, type Values} from '../../verify/lib/charts/values.ts';

const podOf = async (service: Service, more: Values) =>
  named(await render(service, defaults, {more}), 'Deployment', service).spec.template.spec;

const restricted = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: {drop: ['ALL']},
};
const wait = {name: 'wait', image: 'tools:1.2.3', command: ['wait'], securityContext: restricted};
const proxy = {name: 'proxy', image: 'proxy:1.2.3', securityContext: restricted};

for (const service of services) {
  test(`the pods of ${service} take a ServiceAccount with annotations, and still get no token of it`, async t => {
    const annotations = {'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/shop'};
    const objects = await render(service, defaults, {more: {serviceAccount: {name: 'shop', annotations}}});
    const pod = named(objects, 'Deployment', service).spec.template.spec;

    t.like(named(objects, 'ServiceAccount', 'shop'), {metadata: {annotations}, automountServiceAccountToken: false});
    t.like(pod, {serviceAccountName: 'shop', automountServiceAccountToken: false});
    // A database keeps its own.
    t.deepEqual(
      ofKind(objects, 'ServiceAccount').map(({metadata}) => metadata.name),
      [...(servicesWithDatabase.includes(service) ? [`${service}-mongodb`] : []), 'shop'],
    );
  });

  test(`the pods of ${service} take more containers behind the service's own, and init containers`, async t => {
    const pod = await podOf(service, {extra: {initContainers: [wait], containers: [proxy]}});

    t.deepEqual(
      pod.containers.map(({name}) => name),
      [service, 'proxy'],
    );
    t.deepEqual(pod.initContainers, [wait]);
    t.deepEqual(pod.containers[1], proxy);
    t.deepEqual(breachesOfRestricted(pod), []);
  });

  test(`${service} takes environment variables from a ConfigMap, and those of the chart win`, async t => {
    const envFrom = [{configMapRef: {name: 'more-settings'}}];
    const [container] = (await podOf(service, {extra: {envFrom}})).containers;

    t.deepEqual(container?.envFrom, envFrom);
    t.deepEqual(container?.env, (await podOf(service, {})).containers[0]?.env);
  });

  for (const [tracing, sampler] of [
    [{}, 'traceidratio'],
    [{trustCaller: false}, 'traceidratio'],
    [{trustCaller: true}, 'parentbased_traceidratio'],
  ] as const) {
    test(`with tracing ${JSON.stringify(tracing)}, ${service} samples by ${sampler}`, async t => {
      const [container] = (await podOf(service, {tracing: {endpoint: 'http://collector:4318', ...tracing}})).containers;
      const env = Object.fromEntries(container?.env?.map(({name, value}) => [name, value]) ?? []);

      t.deepEqual([env['OTEL_TRACES_SAMPLER'], env['OTEL_TRACES_SAMPLER_ARG']], [sampler, '0.1']);
    });
  }

  test(`the pods of ${service} take a dnsConfig`, async t => {
    const dnsConfig = {options: [{name: 'ndots', value: '2'}]};

    t.like(await podOf(service, {dnsConfig}), {dnsConfig});
  });

  test(`topologySpreadConstraints replace the spread of ${service}`, async t => {
    const mine = [{maxSkew: 1, topologyKey: 'rack', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {}}];

    t.deepEqual((await podOf(service, {topologySpreadConstraints: mine})).topologySpreadConstraints, mine);
  });

  test(`the autoscaler of ${service} takes a behavior`, async t => {
    const behavior = {scaleDown: {stabilizationWindowSeconds: 600}};
    const objects = await render(service, defaults, {more: {autoscaling: {enabled: true, behavior}}});

    t.like(named(objects, 'HorizontalPodAutoscaler', service).spec, {behavior});
  });

  test(`the autoscaler of ${service} takes more metrics, beside CPU or in its place`, async t => {
    const metrics = [
      {type: 'Pods', pods: {metric: {name: 'requests'}, target: {type: 'AverageValue', averageValue: 50}}},
    ];
    const metricsOf = async (autoscaling: Values) => {
      const objects = await render(service, defaults, {more: {autoscaling: {enabled: true, ...autoscaling}}});
      return named(objects, 'HorizontalPodAutoscaler', service).spec.metrics;
    };
    const cpu = {type: 'Resource', resource: {name: 'cpu', target: {type: 'Utilization', averageUtilization: 70}}};

    t.deepEqual(await metricsOf({}), [cpu]);
    t.deepEqual(await metricsOf({metrics}), [cpu, ...metrics]);
    t.deepEqual(await metricsOf({metrics, targetCPUUtilizationPercentage: null}), metrics);
  });

  test(`a cluster autoscaler may move the pods of ${service}, unless podAnnotations say otherwise`, async t => {
    const key = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';
    const valueOf = async (more: Values) => {
      const {spec} = named(await render(service, defaults, {more}), 'Deployment', service);
      return spec.template.metadata.annotations?.[key];
    };

    t.is(await valueOf({}), 'tmp');
    t.is(await valueOf({podAnnotations: {[key]: 'tmp,cache'}}), 'tmp,cache');
  });
}
