import type {Refusal} from './refusal.ts';

const ofMongodb = (values: object) => ({databaseName: 'shop', ...values});
const labels = ['app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app.kubernetes.io/part-of'];

/** Additions to pods that would replace what the charts set, or that find nothing. */
export const pods: Refusal[] = [
  ...[...labels, 'users-mongodb-client'].map((label): Refusal => [
    'users',
    `the pod label ${label} of the chart`,
    {podLabels: {[label]: 'mine'}},
    new RegExp(`users: podLabels sets ${label}, but the chart sets it already, .*; remove it`, 'u'),
  ]),
  ...['podLabels', 'jobPodLabels'].flatMap(name =>
    [...labels, 'mongodb-client'].map((label): Refusal => [
      'mongodb',
      `the label ${label} of the chart in ${name}`,
      ofMongodb({[name]: {[label]: 'mine'}}),
      new RegExp(`mongodb: ${name} sets ${label}, but the chart sets it already, .*; remove it`, 'u'),
    ]),
  ),
  ['users', 'a label that is not text', {podLabels: {team: 5}}, /at '\/podLabels\/team': got number, want string/u],
  [
    'users',
    'a volume of the chart',
    {extra: {volumes: [{name: 'tmp', emptyDir: {}}]}},
    /users: extra\.volumes has a volume named tmp, which the chart has already; choose another name/u,
  ],
  [
    'users',
    'a mount without its volume',
    {extra: {volumeMounts: [{name: 'authority', mountPath: '/run/authority'}]}},
    /users: extra\.volumeMounts mounts authority, which is none of extra\.volumes; add it there/u,
  ],
  ...['data', 'prepared', 'tmp'].map((name): Refusal => [
    'mongodb',
    `the volume ${name} of the chart`,
    ofMongodb({extraVolumes: [{name, emptyDir: {}}]}),
    new RegExp(`mongodb: extraVolumes has a volume named ${name}, which the chart has already; choose`, 'u'),
  ]),
  [
    'mongodb',
    'a mount without its volume',
    ofMongodb({extraVolumeMounts: [{name: 'authority', mountPath: '/run/authority'}]}),
    /mongodb: extraVolumeMounts mounts authority, which is none of extraVolumes; add it there/u,
  ],
  ...['--port=27018', '--bind_ip=10.0.0.1', '--ipv6', '--keyFile=/tmp/key', '--tlsMode=requireTLS'].map(
    (argument): Refusal => [
      'mongodb',
      `the option ${argument}, which probes, Jobs or services would not know of`,
      ofMongodb({extraArgs: [argument]}),
      /mongodb: extraArgs sets --\w+, which the chart sets itself or cannot work with; remove it/u,
    ],
  ),
  [
    'mongodb',
    'an option without hyphens',
    ofMongodb({extraArgs: ['oplogSize=2048']}),
    /mongodb: extraArgs is oplogSize=2048; write two hyphens in front/u,
  ],
  ...['users', 'mongodb'].map((chart): Refusal => [
    chart,
    'a ServiceAccount that nobody creates',
    {serviceAccount: {create: false}, ...(chart === 'mongodb' && ofMongodb({}))},
    /: serviceAccount\.create is false, so serviceAccount\.name must name one that exists/u,
  ]),
  ...['initContainers', 'containers'].map((list): Refusal => [
    'users',
    `one of ${list} with the name of the service`,
    {extra: {[list]: [{name: 'users', image: 'proxy:1.2.3'}]}},
    /users: extra has a container named users, which is the service's own; choose another name/u,
  ]),
  [
    'users',
    'a setting that is given twice',
    {extra: {env: [{name: 'PORT', value: '1'}]}},
    /users: extra\.env sets PORT, but the chart sets it already; change the chart's value for it/u,
  ],
  [
    'users',
    'a list of environment variables as a map',
    {extra: {env: {A: 'b'}}},
    /at '\/extra\/env': got object, want array/u,
  ],
  [
    'users',
    'a uid as the whole security context',
    {podSecurityContext: 1000},
    /at '\/podSecurityContext': got number, want object/u,
  ],
];
