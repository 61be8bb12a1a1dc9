import {readFile} from 'node:fs/promises';
import test from 'ava';
import {parse} from 'yaml';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {named, ofKind} from '../../verify/lib/charts/kubernetes.ts';
import {breachesOfRestricted} from './pod-security.ts';
import {containersOf, podsOf} from './pods.ts';
import {render} from '../../verify/lib/charts/render.ts';
import {everyJob} from '../../verify/lib/charts/value-sets.ts';
import {charts, services, type Values} from '../../verify/lib/charts/values.ts';

/** The values that a section of docs/kubernetes.md shows. */
async function valuesUnder(heading: string): Promise<Values> {
  const section = (await readFile('docs/kubernetes.md', 'utf8')).split(`\n## ${heading}\n`)[1] ?? '';
  return parse(/^```yaml\n(?<block>[^]*?)^```$/mu.exec(section)?.groups?.['block'] ?? '') as Values;
}

for (const chart of charts) {
  test(`with the values for OpenShift, no pod of ${chart} chooses its user or group`, async t => {
    const objects = await render(chart, everyJob, {more: await valuesUnder('OpenShift')});
    const pods = podsOf(objects);

    t.true(pods.length >= (chart === 'duet' || servicesWithDatabase.includes(chart) ? 7 : 2));
    for (const {owner, spec} of pods) {
      const contexts = [spec.securityContext, ...spec.containers.map(({securityContext}) => securityContext)];
      const chosen = contexts.flatMap(context => [
        context?.runAsUser,
        context?.runAsGroup,
        spec.securityContext?.fsGroup,
      ]);
      t.deepEqual(
        chosen.filter(id => typeof id === 'number'),
        [],
        owner,
      );
      t.deepEqual(breachesOfRestricted(spec), [], owner);
    }
    for (const {spec} of ofKind(objects, 'NetworkPolicy')) {
      t.true(spec.egress?.[0]?.ports?.some(({port}) => port === 5353));
    }
  });
}

for (const service of services) {
  test(`a security context replaces that of every container of ${service}, and the key for skaffold wins`, async t => {
    const more = {containerSecurityContext: {seLinuxOptions: {level: 's0:c1,c2'}}, image: {writable: true}};
    const pods = podsOf(await render(service, everyJob, {more})).filter(({owner}) => !owner.includes('mongodb'));
    const restricted = {allowPrivilegeEscalation: false, capabilities: {drop: ['ALL']}};

    t.is(pods.length, 2);
    for (const {securityContext} of pods.flatMap(containersOf)) {
      t.like(securityContext, {...more.containerSecurityContext, ...restricted});
    }
    const [container] = named(await render(service, everyJob, {more}), 'Deployment', service).spec.template.spec
      .containers;
    t.is(container?.securityContext?.readOnlyRootFilesystem, false);
  });

  test(`with the values for a mesh, the pods of ${service} get its container, and its Jobs do not`, async t => {
    const objects = await render(service, everyJob, {more: await valuesUnder('Service mesh')});
    const injected = podsOf(objects).map(({owner, labels}) => [owner, labels['sidecar.istio.io/inject']]);

    t.deepEqual(
      injected.filter(([, inject]) => inject === 'true').map(([owner]) => owner),
      [`Deployment/${service}`],
    );
    t.is(injected.filter(([, inject]) => inject === 'false').length, servicesWithDatabase.includes(service) ? 5 : 0);
    const {egress = []} = named(objects, 'NetworkPolicy', service).spec;
    t.true(egress.some(({ports = []}) => ports.some(({port}) => port === 15_012)));
  });
}
