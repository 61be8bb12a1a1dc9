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

/** preStop and drain, the longest request (10 s), the flush (5 s) and 5 s to spare. */
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
  'every container asks for CPU and memory and has a limit of memory, none of CPU': everyContainer(
    ({resources: {requests = {}, limits = {}} = {}}) => [
      ...['cpu', 'memory'].filter(name => !requests[name]).map(name => `asks for no ${name}`),
      ...(limits['memory'] ? [] : ['has no limit of memory']),
      ...(limits['cpu'] ? ['has a limit of CPU'] : []),
    ],
  ),

  'mongod gets the memory that it may use': everyContainer(({name, resources}) =>
    name === 'mongod' && resources?.requests?.['memory'] !== resources?.limits?.['memory'] ? ['may use more'] : [],
  ),

  'every image is one version': everyContainer(({image}) => (EXACT.test(image.split('/').at(-1) ?? '') ? [] : [image])),

  'no environment has a name twice': everyContainer(({env = []}) => {
    const names = env.map(({name}) => name);
    return names.filter((name, index) => names.indexOf(name) !== index);
  }),

  'a service lives by its process and is ready by its database': objects =>
    podsOf(objects)
      .filter(isService)
      .map(probesOf)
      .filter(probes => String(probes) !== 'GET ops/livez,GET ops/livez,GET ops/readyz')
      .map(String),

  'mongod lives by its port, and is ready by its role where there are three': objects =>
    objects.flatMap(object => {
      if (object.kind !== 'StatefulSet') return [];

      const [started, live, ready = ''] = podsOf([object]).flatMap(probesOf);
      const isReady = object.spec.replicas > 1 ? BY_ROLE : /^mongodb$/u;
      return started === 'mongodb' && live === 'mongodb' && isReady.test(ready) ? [] : [ready];
    }),

  'a service that ends has the time for its last request': objects =>
    podsOf(objects)
      .filter(isService)
      .map(timesOf)
      .filter(({needed, shutdown, left}) => !(needed + 5 <= left && needed <= shutdown && shutdown < left))
      .map(times => JSON.stringify(times)),

  'a member that ends has the time to hand over': objects =>
    podsOf(objects)
      .filter(pod => isMember(pod) && (pod.spec.terminationGracePeriodSeconds ?? 30) < 60)
      .map(({owner}) => owner),
};
