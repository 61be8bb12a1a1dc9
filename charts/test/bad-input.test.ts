import test from 'ava';
import {renderValues, type Options} from './render.ts';
import {ownKeys} from './value-sets.ts';
import {valuesFor, type Chart, type Values} from './values.ts';

type Refusal = [what: string, values: Values, complaint: RegExp, options?: Options];

const resources = (memory: string): Values => ({mongodb: {resources: {limits: {memory}}}});
const databaseEgress = [{to: [{ipBlock: {cidr: '10.20.0.0/16'}}], ports: [{port: 27017}]}];

const refusals: Record<Chart, Refusal[]> = {
  mongodb: [
    ['a database without a name', {}, /mongodb: databaseName must be set/u],
    [
      'a restore, which an upgrade or a rollback would repeat',
      {databaseName: 'shop', restore: {archive: 'shop-20260102T030405Z.archive.gz', revision: ''}},
      /mongodb: the value restore is gone, .* run kubectl create job --from=cronjob\/mongodb-restore/u,
    ],
    ...['admin', 'Admin', 'config', 'local', 'backup', 'restore'].map((databaseName): Refusal => [
      `the database name ${databaseName}`,
      {databaseName},
      new RegExp(`mongodb: databaseName is ${databaseName}, which MongoDB or this chart uses itself`, 'u'),
    ]),
    ['a database name with a space', {databaseName: 'a b'}, /at '\/databaseName': 'a b' does not match pattern/u],
  ],
  users: [
    [
      'a name that is too long for its Jobs and labels',
      {fullnameOverride: 'u'.repeat(45)},
      /users: the name u+ has 45 characters; set a fullnameOverride of at most 44/u,
    ],
    [
      'a name of the database that is too long',
      {mongodb: {fullnameOverride: 'm'.repeat(45)}},
      /the name m+ has 45 characters; set a fullnameOverride of at most 44/u,
    ],
    ...['7shop', 'Shop', 'a_b', 'shop-'].map((fullnameOverride): Refusal => [
      `the name ${fullnameOverride}`,
      {fullnameOverride},
      new RegExp(`users: the name ${fullnameOverride} cannot be the name of a Service; set a fullnameOverride`, 'u'),
    ]),
    ['a typo', {replicaCuont: 3}, /users:\n.*additional properties 'replicaCuont' not allowed/u],
    ['a nested typo', {rollout: {drainSecond: 9}}, /at '\/rollout': additional properties 'drainSecond' not allowed/u],
    ['a typo in a setting', {config: {LOG_LEVLE: 'info'}}, /at '\/config': additional properties 'LOG_LEVLE'/u],
    [
      'a registry that is not text',
      {global: {imageRegistry: 5}},
      /at '\/global\/imageRegistry': got number, want string/u,
    ],
    [
      'a runbook that is not a URL',
      {metrics: {rules: {runbookUrl: 'RUNBOOK.md'}}},
      /at '\/metrics\/rules\/runbookUrl': 'RUNBOOK\.md' does not match pattern/u,
    ],
    [
      'a ServiceAccount that nobody creates',
      {serviceAccount: {create: false}},
      /users: serviceAccount\.create is false, so serviceAccount\.name must name one that exists/u,
    ],
    [
      'a typo for the ServiceAccount',
      {serviceAccount: {anotations: {}}},
      /at '\/serviceAccount': additional properties/u,
    ],
    ...['initContainers', 'containers'].map((list): Refusal => [
      `one of ${list} with the name of the service`,
      {extra: {[list]: [{name: 'users', image: 'proxy:1.2.3'}]}},
      /users: extra has a container named users, which is the service's own/u,
    ]),
    [
      'a deadline that no rollout can meet',
      {rollout: {progressDeadlineSeconds: 30, minReadySeconds: 30}},
      /users: rollout\.progressDeadlineSeconds is 30, but a pod counts only after minReadySeconds 30/u,
    ],
    [
      'an autoscaler without a CPU request',
      {autoscaling: {enabled: true}, resources: {requests: {cpu: null}}},
      /users: autoscaling\.enabled is true, .* resources\.requests\.cpu, which is not set/u,
    ],
    ...['app.kubernetes.io/name', 'app.kubernetes.io/instance', 'users-mongodb-client'].map((label): Refusal => [
      `the pod label ${label} of the chart`,
      {podLabels: {[label]: 'mine'}},
      new RegExp(`users: podLabels sets ${label}, but the chart sets it already`, 'u'),
    ]),
    [
      'a volume of the chart',
      {extra: {volumes: [{name: 'tmp', emptyDir: {}}]}},
      /users: extra\.volumes has a volume named tmp, which the chart has already/u,
    ],
    [
      'a mount without its volume',
      {extra: {volumeMounts: [{name: 'authority', mountPath: '/run/authority'}]}},
      /users: extra\.volumeMounts mounts authority, which is none of extra\.volumes/u,
    ],
    ...['https://shop.example.com', 'shop.example.com:8443', 'shop.example.com/api', 'Shop.example.com'].map(
      (host): Refusal => [`the host ${host}`, {ingress: {host}}, /at '\/ingress\/host': .* does not match pattern/u],
    ),
    ['the host name of an HTTPRoute with a port', {httpRoute: {hostnames: ['a.example.com:80']}}, /hostnames\/0'/u],
    ...['users:1.0.0', 'users@sha256:1', 'Users', ''].map((repository): Refusal => [
      `the image repository '${repository}'`,
      {image: {repository}},
      /at '\/image\/repository': '.*' does not match pattern/u,
    ]),
    ['an image tag with a slash', {image: {tag: 'a/b'}}, /at '\/image\/tag': 'a\/b' does not match pattern/u],
    ['a negative image tag', {image: {tag: -1}}, /at '\/image\/tag': minimum: got -1, want 0/u],
    ['an image tag with a fraction', {image: {tag: 1.1}}, /at '\/image\/tag': got number, want integer or string/u],
    ...['https://registry.example.com', 'registry.example.com/'].map((imageRegistry): Refusal => [
      `the registry ${imageRegistry}`,
      {global: {imageRegistry}},
      /at '\/global\/imageRegistry': .* does not match pattern/u,
    ]),
    [
      'pull secrets as objects',
      {global: {imagePullSecrets: [{name: 'pull'}]}},
      /imagePullSecrets\/0': got object, want/u,
    ],
    ['a DNS port that is none', {networkPolicy: {dnsPorts: [70000]}}, /at '\/networkPolicy\/dnsPorts\/0': maximum/u],
    ['no DNS port', {networkPolicy: {dnsPorts: []}}, /at '\/networkPolicy\/dnsPorts': minItems/u],
    [
      'a neighbour that is listed twice',
      {clientOf: ['orders', 'orders']},
      /at '\/clientOf': items at 0 and 1 are equal/u,
    ],
    [
      'a key that is published twice',
      {auth: {keys: {published: ['key-1', 'key-1']}}},
      /at '\/auth\/keys\/published': items at 0 and 1 are equal/u,
    ],
    ['half a pod', {replicaCount: 1.5}, /at '\/replicaCount': got number, want null or integer/u],
    ['a negative number of pods', {replicaCount: -1}, /at '\/replicaCount': minimum: got -1, want 0/u],
    ['a port that is none', {service: {port: 0}}, /at '\/service\/port': minimum: got 0, want 1/u],
    ['a path without a slash', {ingress: {paths: ['api']}}, /at '\/ingress\/paths\/0': 'api' does not match pattern/u],
    [
      'a word as trust in callers',
      {tracing: {trustCaller: 'yes'}},
      /at '\/tracing\/trustCaller': got string, want boolean/u,
    ],
    ['a share of traces above one', {tracing: {ratio: 10}}, /at '\/tracing\/ratio': maximum: got 10, want 1/u],
    [
      'a collector without a scheme',
      {tracing: {endpoint: 'collector:4318'}},
      /at '\/tracing\/endpoint': .* does not match/u,
    ],
    [
      'annotations that are not text',
      {podAnnotations: {a: true}},
      /at '\/podAnnotations\/a': got boolean, want string/u,
    ],
    [
      'another way to authenticate',
      {auth: {mode: 'basic'}},
      /at '\/auth\/mode': value must be one of 'open', 'token'/u,
    ],
    ['a global that is not a map', {global: 'prod'}, /at '\/global': got string, want object/u],
    [
      'an autoscaler whose minimum is above its maximum',
      {autoscaling: {enabled: true, minReplicas: 8}},
      /users: autoscaling\.minReplicas is 8, but maxReplicas is 6; .* raise maxReplicas/u,
    ],
    ['a typo for the database', {mongodb: {replicas: 3}}, /mongodb:\n.*additional properties 'replicas'/u],
    [
      'a nested typo for the database',
      {mongodb: {backup: {enable: true}}},
      /mongodb:\n.*at '\/backup': additional properties 'enable' not allowed/u,
    ],
    ['a number of pods in words', {replicaCount: 'two'}, /at '\/replicaCount': got string, want null or integer/u],
    [
      'a list of environment variables as a map',
      {extra: {env: {A: 'b'}}},
      /at '\/extra\/env': got object, want array/u,
    ],
    ['the tag latest', {image: {tag: 'latest'}}, /at '\/image\/tag': 'not' failed/u],
    ['a malformed digest', {image: {digest: 'abc'}}, /at '\/image\/digest': 'abc' does not match pattern/u],
    ['an unknown log level', {config: {LOG_LEVEL: 'loud'}}, /at '\/config\/LOG_LEVEL': value must be one of/u],
    ['a setting that another value sets', {config: {DRAIN_MS: 1}}, /additional properties 'DRAIN_MS' not allowed/u],
    [
      'a grace period that is too short',
      {rollout: {gracePeriodSeconds: 29}},
      /users: rollout\.gracePeriodSeconds is 29, but a graceful shutdown needs 30 \(.*\); raise it, or requests are cut off/u,
    ],
    [
      'a drain that does not fit into the grace period',
      {rollout: {drainSeconds: 30}},
      /users: rollout\.gracePeriodSeconds is 30, but .* needs 55/u,
    ],
    [
      'an Ingress that is open to everybody',
      {ingress: {enabled: true, host: 'shop.example.com'}},
      /users: ingress, httpRoute or service\.type publishes the API while auth\.mode is open/u,
    ],
    [
      'an HTTPRoute that is open to everybody',
      {httpRoute: {enabled: true, parentRefs: [{name: 'gateway'}]}},
      /users: ingress, httpRoute or service\.type publishes the API while auth\.mode is open/u,
    ],
    [
      'a LoadBalancer that is open to everybody',
      {service: {type: 'LoadBalancer'}},
      /users: ingress, httpRoute or service\.type publishes the API while auth\.mode is open/u,
    ],
    [
      'an Ingress whose controller the NetworkPolicy keeps out',
      {auth: {mode: 'token'}, ingress: {enabled: true, host: 'shop.example.com'}},
      /users: ingress\.enabled publishes the API, but the NetworkPolicy admits nobody.*networkPolicy\.callers to the Ingress controller.*"kubernetes\.io\/metadata\.name":"ingress-nginx"/u,
    ],
    [
      'an HTTPRoute whose Gateway the NetworkPolicy keeps out',
      {auth: {mode: 'token'}, httpRoute: {enabled: true, parentRefs: [{name: 'gateway'}]}},
      /users: httpRoute\.enabled publishes the API, .*networkPolicy\.callers to the Gateway.*"envoy-gateway-system"/u,
    ],
    ...['LoadBalancer', 'NodePort'].map((type): Refusal => [
      `a ${type} that the NetworkPolicy closes`,
      {auth: {mode: 'token'}, service: {type}},
      new RegExp(`users: service\\.type ${type} publishes the API, .*networkPolicy\\.callers.*"ipBlock"`, 'u'),
    ]),
    [
      'a signing key that is not published',
      {auth: {mode: 'token', keys: {signing: 'key-2'}}},
      /users: auth\.keys\.signing is key-2, which auth\.keys\.published does not list/u,
    ],
    ['an admin without an e-mail', {auth: {adminEmail: ''}}, /at '\/auth\/adminEmail': '' does not match pattern/u],
    [
      'an upgrade without the cluster, which would replace the keys',
      {auth: {mode: 'token'}, mongodb: {existingSecret: 'mine'}},
      /users-auth: this upgrade is rendered without access to the cluster, so it would replace the generated keys and password/u,
      {isUpgrade: true},
    ],
    [
      'two databases',
      {database: {existingSecret: 'shop-database'}},
      /users: database\.existingSecret names an external database, but mongodb\.enabled is true/u,
    ],
    [
      'a ServiceMonitor while the NetworkPolicy blocks Prometheus',
      {metrics: {serviceMonitor: {enabled: true}}},
      /users: metrics\..* blocks Prometheus; set networkPolicy\.metricsFrom to its pods/u,
    ],
    [
      'scrape annotations while the NetworkPolicy blocks Prometheus',
      {metrics: {scrapeAnnotations: true}},
      /users: metrics\..* blocks Prometheus; set networkPolicy\.metricsFrom to its pods/u,
    ],
    [
      'an interval without a unit',
      {metrics: {serviceMonitor: {interval: '30'}}},
      /at '\/metrics\/serviceMonitor\/interval': '30' does not match pattern/u,
    ],
    [
      'an Ingress without a host',
      {auth: {allowPublicOpen: true}, ingress: {enabled: true}, networkPolicy: {enabled: false}},
      /users: ingress\.host must be set/u,
    ],
    [
      'an HTTPRoute without a Gateway',
      {auth: {allowPublicOpen: true}, httpRoute: {enabled: true}, networkPolicy: {enabled: false}},
      /users: httpRoute\.parentRefs must name a Gateway/u,
    ],
    [
      'an external database without a Secret',
      {mongodb: {enabled: false}, networkPolicy: {databaseEgress}},
      /users: mongodb\.enabled is false, so database\.existingSecret must name a Secret with the key uri/u,
    ],
    [
      'an external database without an egress rule',
      {mongodb: {enabled: false}, database: {existingSecret: 'elsewhere'}},
      /users: mongodb\.enabled is false, so networkPolicy\.databaseEgress must allow the address of the database/u,
    ],
    [
      'what is left of an earlier restore',
      {mongodb: {restore: {archive: ''}}},
      /users-mongodb: the value restore is gone, .* remove it \(--set restore=null, below mongodb/u,
    ],
    ...[0, 2, 4].map((replicaCount): Refusal => [
      `${replicaCount} members`,
      {mongodb: {replicaCount}},
      new RegExp(`users-mongodb: replicaCount is ${replicaCount}; a replica set must have 1 or 3 members`, 'u'),
    ]),
    [
      'an upgrade without the cluster, which would replace the passwords',
      {},
      /users-mongodb: this upgrade is rendered without access to the cluster, so it would replace the generated passwords/u,
      {isUpgrade: true},
    ],
    ['a memory limit in bytes', resources('1073741824'), /is 1073741824; write it in Mi or Gi/u],
    ['a memory limit in G', resources('1G'), /users-mongodb: resources\.limits\.memory is 1G; write it in Mi or Gi/u],
    ['too little memory', resources('511Mi'), /users-mongodb: resources\.limits\.memory is 511Mi; .* at least 512Mi/u],
    [
      'a setting that is given twice',
      {extra: {env: [{name: 'PORT', value: '1'}]}},
      /users: extra\.env sets PORT, but the chart sets it already/u,
    ],
    [
      'a password that a connection string cannot hold',
      {mongodb: {passwords: {password: 'a@b/c'}}},
      /users-mongodb: passwords\.password may contain only letters, digits/u,
    ],
    ...[
      ['a keyfile with characters that mongod refuses', 'a-keyfile'],
      ['a keyfile that is too short', 'abcde'],
      ['a keyfile that is too long', 'k'.repeat(1025)],
      ['a keyfile of spaces', ' '.repeat(10)],
    ].map(([what = '', keyfile]): Refusal => [
      what,
      {mongodb: {passwords: {keyfile}}},
      /users-mongodb: passwords\.keyfile must have 6 to 1024 characters of base64/u,
    ]),
  ],
  orders: [
    ['a users.url that is not a URL', {users: {url: 'users'}}, /at '\/users\/url': 'users' does not match pattern/u],
    ...['http://people', 'http://users.elsewhere', 'https://users.example.com:8443'].map((url): Refusal => [
      `the neighbour ${url}, which the NetworkPolicy closes`,
      {users: {url}},
      /orders: users\.url is .*, but the NetworkPolicy allows calls to clientOf \(users\) only; list .*networkPolicy\.extraEgress/u,
    ]),
    ['a typo in one of its settings', {config: {USERS_CHEK_MS: 9}}, /additional properties 'USERS_CHEK_MS'/u],
    [
      'a grace period that is too short',
      {rollout: {gracePeriodSeconds: 10}},
      /orders: rollout\.gracePeriodSeconds is 10/u,
    ],
  ],
  duet: [
    ['a typo', {user: {}}, /duet:\n.*additional properties 'user' not allowed/u],
    ['a typo for a service', {users: {replicaCuont: 3}}, /users:\n.*additional properties 'replicaCuont'/u],
    [
      'a typo for the database of a service',
      {orders: {mongodb: {replicas: 3}}},
      /mongodb:\n.*additional properties 'replicas' not allowed/u,
    ],
    [
      'tokens for one service only',
      {users: {auth: {mode: 'token'}}},
      /duet: orders\.auth\.mode is open and users\.auth\.mode is token/u,
    ],
    [
      'a neighbour at another port',
      {users: {service: {port: 8000}}},
      /duet: orders\.users\.url is http:\/\/users, but users listens at http:\/\/users:8000; set orders\.users\.url=http:\/\/users:8000/u,
    ],
    [
      'a neighbour under another name',
      {users: {fullnameOverride: 'people'}},
      /duet: orders\.users\.url is http:\/\/users, but users listens at http:\/\/people; set orders\.users\.url=http:\/\/people and orders\.clientOf=\{people\}/u,
    ],
    [
      'a neighbour under another name that the NetworkPolicy closes',
      {users: {fullnameOverride: 'people'}, orders: {users: {url: 'http://people'}}},
      /orders: users\.url is http:\/\/people, but the NetworkPolicy allows calls to clientOf \(users\) only/u,
    ],
    ['two members', {orders: {mongodb: {replicaCount: 2}}}, /orders-mongodb: replicaCount is 2/u],
    [
      'an upgrade without the cluster',
      {},
      /this upgrade is rendered without access to the cluster/u,
      {isUpgrade: true},
    ],
  ],
};

const complaintAbout = (chart: string, values: Values, options?: Options): Promise<string> =>
  renderValues(chart, values, options).then(
    () => 'it renders',
    (error: Error) => error.message,
  );

for (const [chart, rows] of Object.entries(refusals)) {
  for (const [what, values, complaint, options] of rows) {
    test(`${chart} refuses ${what}`, async t => {
      t.regex(await complaintAbout(chart, values, options), complaint);
    });
  }
}

const reachable: [what: string, chart: Chart, values: Values][] = [
  ['a neighbour by its name and namespace', 'orders', {users: {url: 'http://users.shop.svc.cluster.local'}}],
  [
    'a neighbour in another namespace',
    'orders',
    {users: {url: 'http://users.people'}, networkPolicy: {extraEgress: [{to: [{namespaceSelector: {}}]}]}},
  ],
  ['any neighbour without policies', 'orders', {users: {url: 'http://any'}, networkPolicy: {enabled: false}}],
  [
    'a neighbour at another port',
    'duet',
    {users: {service: {port: 8000}}, orders: {users: {url: 'http://users.shop:8000'}}},
  ],
  [
    'a neighbour under another name',
    'duet',
    {users: {fullnameOverride: 'people'}, orders: {users: {url: 'http://people'}, clientOf: ['people']}},
  ],
];

for (const [what, chart, values] of reachable) {
  test(`${chart} accepts ${what}`, async t => {
    t.is(await complaintAbout(chart, values), 'it renders');
  });
}

for (const chart of ['mongodb', 'users', 'orders', 'duet']) {
  test(`${chart} ignores what it does not know in global, because other charts share it`, async t => {
    const values = {global: {environment: 'prod', other: {key: 1}}};
    const own = chart === 'mongodb' ? {databaseName: 'shop'} : {};

    t.is(await complaintAbout(chart, {...values, ...own}), 'it renders');
  });
}

test('an upgrade without the cluster is accepted with existing Secrets', async t => {
  const values = valuesFor('users', ownKeys, {mongodb: {existingSecret: 'mine'}});

  t.is(await complaintAbout('users', values, {isUpgrade: true}), 'it renders');
});

for (const [what, keyfile] of [
  ['six characters', 'abc+/='],
  ['1024 characters', 'k'.repeat(1024)],
  ['lines, as openssl prints it', `${'k'.repeat(64)}\n${'k'.repeat(64)}\n`],
] as const) {
  test(`a keyfile of ${what} is accepted`, async t => {
    t.is(await complaintAbout('users', {mongodb: {passwords: {keyfile}}}), 'it renders');
  });
}

const published: Record<string, Values> = {
  'an Ingress': {ingress: {enabled: true, host: 'shop.example.com'}},
  'an HTTPRoute': {httpRoute: {enabled: true, parentRefs: [{name: 'gateway'}]}},
  'a LoadBalancer': {service: {type: 'LoadBalancer'}},
};

for (const [what, publishing] of Object.entries(published)) {
  test(`the callers that the refusal of ${what} suggests render`, async t => {
    const values = {...publishing, auth: {mode: 'token'}};
    const suggested = /networkPolicy\.callers=(?<json>\[.*?\])'/u.exec(await complaintAbout('users', values));
    const callers: unknown = JSON.parse(suggested?.groups?.['json'] ?? '');

    t.is(await complaintAbout('users', {...values, networkPolicy: {callers}}), 'it renders');
  });
}
