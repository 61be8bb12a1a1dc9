import test from 'ava';
import {named} from './kubernetes.ts';
import {metadataOf, renderWith, type Live} from './lookups.ts';
import {render} from './render.ts';
import {defaults} from './value-sets.ts';
import {services, type Values} from './values.ts';

const namespace = {'serviceaccounts/default': {apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name: 'default'}}};
const on = {autoscaling: {enabled: true, minReplicas: 2, maxReplicas: 9}};

type Manager = {manager: string; operation: string; fieldsV1: Values};

const manages = (manager: string, operation: string, spec: Values): Manager => ({
  manager,
  operation,
  fieldsV1: {'f:spec': spec},
});
const autoscaler = manages('kube-controller-manager', 'Update', {'f:replicas': {}});
const helm3 = [manages('helm', 'Update', {'f:template': {}}), autoscaler];
const helm4 = [manages('helm', 'Apply', {'f:template': {}}), autoscaler];
const helm4BeforeItScaled = [manages('helm', 'Apply', {'f:replicas': {}, 'f:template': {}})];

/** A cluster in which the service runs this many pods. */
const running = (service: string, replicas: number, managedFields: Manager[]): Live => ({
  ...namespace,
  [`deployments/${service}`]: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(service, {managedFields}),
    spec: {replicas},
  },
});

for (const service of services) {
  const replicasWith = async (live: Live, values: Values): Promise<number | undefined> =>
    named(await renderWith(live, service, values), 'Deployment', service).spec.replicas;

  const rows: [what: string, live: Live, values: Values, replicas: number | undefined][] = [
    ['a first install starts as many as the autoscaler would at least', namespace, on, 2],
    ['turning the autoscaler on keeps those that run', running(service, 4, helm4BeforeItScaled), on, 4],
    ['turning the autoscaler on starts as many as it asks for at least', running(service, 1, helm3), on, 2],
    ['an upgrade by Helm 3 keeps those that the autoscaler started', running(service, 5, helm3), on, 5],
    ['an upgrade by Helm 4 leaves the number to the autoscaler', running(service, 5, helm4), on, undefined],
    ['turning the autoscaler off sets replicaCount', running(service, 5, helm4), {replicaCount: 3}, 3],
    ['replicaCount may be 0', running(service, 5, helm3), {replicaCount: 0}, 0],
  ];
  for (const [what, live, values, replicas] of rows) {
    test(`the number of pods of ${service}: ${what}`, async t => {
      t.is(await replicasWith(live, values), replicas);
    });
  }

  test(`without a cluster, the manifests of ${service} leave the number of pods to the autoscaler`, async t => {
    t.is(named(await render(service, defaults, {more: on}), 'Deployment', service).spec.replicas, undefined);
  });
}
