import type {Container} from '../kubernetes.ts';
import {everyContainer, isMember, isService, podsOf, type Pod} from '../pods.ts';
import type {Rules} from './rule.ts';

const BY_ROLE = /mongosh.*setName === "rs0".*isWritablePrimary \|\| secondary/u;
const EXACT = /^[\w.-]+(?:@sha256:[0-9a-f]{64}|:v?\d+\.\d+\.\d+[\w.-]*)$/u;

const probeOf = ({httpGet, tcpSocket, exec}: NonNullable<Container['livenessProbe']> = {}): string =>
  httpGet ? `GET ${httpGet.port}${httpGet.path}` : (tcpSocket?.port ?? exec?.command.at(-1) ?? 'nothing');

const probesOf = ({spec: {containers}}: Pod): string[] =>
  containers.flatMap(({startupProbe, livenessProbe, readinessProbe}) =>
    [startupProbe, livenessProbe, readinessProbe].map(probeOf),
  );

/** In seconds. A shutdown needs the drain, the longest request (10 s) and the flush of spans (5 s), after preStop. */
function timesOf({spec}: Pod): {needed: number; shutdown: number; left: number} {
  const [container] = spec.containers;
  const seconds = (name: string): number =>
    Number(container?.env?.find(variable => variable.name === name)?.value) / 1000;
  const preStop = container?.lifecycle?.preStop?.sleep?.seconds ?? 0;
  const grace = spec.terminationGracePeriodSeconds ?? 30;
  return {
    needed: seconds('DRAIN_MS') + 10 + 5,
    shutdown: seconds('SHUTDOWN_MS'),
    left: grace - preStop,
  };
}

export const podRules: Rules = {
  'every container requests CPU and memory and has a memory limit, but no CPU limit': everyContainer(
    ({resources: {requests = {}, limits = {}} = {}}) => [
      ...['cpu', 'memory'].filter(name => !requests[name]).map(name => `does not request ${name}`),
      ...(limits['memory'] ? [] : ['has no memory limit']),
      ...(limits['cpu'] ? ['has a CPU limit'] : []),
    ],
  ),

  'mongod requests as much memory as its limit': everyContainer(({name, resources}) =>
    name === 'mongod' && resources?.requests?.['memory'] !== resources?.limits?.['memory'] ? ['they differ'] : [],
  ),

  'every image is pinned': everyContainer(({image}) => (EXACT.test(image.split('/').at(-1) ?? '') ? [] : [image])),

  'no container has an environment variable twice': everyContainer(({env = []}) => {
    const names = env.map(({name}) => name);
    return names.filter((name, index) => names.indexOf(name) !== index);
  }),

  'every variable that another one names is defined before it': everyContainer(({env = []}) =>
    env.flatMap(({value = ''}, index) => {
      const before = new Set(env.slice(0, index).map(({name}) => name));
      return [...value.matchAll(/\$\((\w+)\)/gu)].flatMap(([, name = '']) => (before.has(name) ? [] : [name]));
    }),
  ),

  'the liveness probe of a service is /livez, its readiness probe /readyz': objects =>
    podsOf(objects)
      .filter(isService)
      .map(probesOf)
      .filter(probes => String(probes) !== 'GET ops/livez,GET ops/livez,GET ops/readyz')
      .map(String),

  'the liveness probe of mongod checks its port, and with three members its readiness probe checks its role': objects =>
    objects.flatMap(object => {
      if (object.kind !== 'StatefulSet') return [];

      const [started, live, ready = ''] = podsOf([object]).flatMap(probesOf);
      const isReady = object.spec.replicas > 1 ? BY_ROLE : /^mongodb$/u;
      return started === 'mongodb' && live === 'mongodb' && isReady.test(ready) ? [] : [ready];
    }),

  'the grace period of a service leaves time for its last request': objects =>
    podsOf(objects)
      .filter(isService)
      .map(timesOf)
      .filter(({needed, shutdown, left}) => !(needed + 5 <= left && needed <= shutdown && shutdown < left))
      .map(times => JSON.stringify(times)),

  'the grace period of a member leaves time to hand over to another': objects =>
    podsOf(objects)
      .filter(pod => isMember(pod) && (pod.spec.terminationGracePeriodSeconds ?? 30) < 60)
      .map(({owner}) => owner),
};
