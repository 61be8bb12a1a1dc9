import type {Container, PodSpec, Volume} from '../../verify/lib/charts/kubernetes.ts';

const volumeTypes = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

/** The breaches of the Pod Security standard "restricted" in a pod. */
export function breachesOfRestricted(spec: PodSpec): string[] {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return [
    ...broken([
      ['the host network', spec.hostNetwork],
      ['the host PIDs', spec.hostPID],
      ['the host IPC', spec.hostIPC],
      ['kernel settings', spec.securityContext?.sysctls],
    ]),
    ...(spec.volumes ?? []).flatMap(volumeBreaches),
    ...containers.flatMap(container => containerBreaches(container, spec)),
  ];
}

const volumeBreaches = ({name, ...source}: Volume): string[] =>
  Object.keys(source)
    .filter(type => !volumeTypes.has(type))
    .map(type => `volume ${name} is of type ${type}`);

function containerBreaches({name, ports = [], securityContext: own = {}}: Container, spec: PodSpec): string[] {
  const context = {...spec.securityContext, ...own};
  return broken([
    ['may run as root', context.runAsNonRoot !== true || context.runAsUser === 0],
    ['has no seccomp profile', !['RuntimeDefault', 'Localhost'].includes(context.seccompProfile?.type ?? '')],
    ['may gain privileges', own.allowPrivilegeEscalation !== false],
    ['is privileged', own.privileged],
    ['keeps capabilities', !own.capabilities?.drop?.includes('ALL')],
    ['adds capabilities', own.capabilities?.add?.some(capability => capability !== 'NET_BIND_SERVICE')],
    ['has a port of the host', ports.some(({hostPort}) => hostPort)],
  ]).map(breach => `container ${name} ${breach}`);
}

const broken = (rules: [breach: string, isBroken: unknown][]): string[] =>
  rules.filter(([, isBroken]) => isBroken).map(([breach]) => breach);
