import test from 'ava';
import {renderValues, type Options} from './render.ts';
import {ownKeys} from './value-sets.ts';
import {valuesFor, type Chart, type Values} from './values.ts';

type Refusal = [what: string, values: Values, complaint: RegExp, options?: Options];

const resources = (memory: string): Values => ({mongodb: {resources: {limits: {memory}}}});
const databaseEgress = [{to: [{ipBlock: {cidr: '10.20.0.0/16'}}], ports: [{port: 27017}]}];

const refusals: Record<Chart, Refusal[]> = {
  users: [
    ['a typo', {replicaCuont: 3}, /users:\n.*additional properties 'replicaCuont' not allowed/u],
    ['a nested typo', {rollout: {drainSecond: 9}}, /at '\/rollout': additional properties 'drainSecond' not allowed/u],
    ['a typo in a setting', {config: {LOG_LEVLE: 'info'}}, /at '\/config': additional properties 'LOG_LEVLE'/u],
    ['a typo in global', {global: {imageRegistri: 'x'}}, /at '\/global': additional properties 'imageRegistri'/u],
    ['a typo for the database', {mongodb: {replicas: 3}}, /mongodb:\n.*additional properties 'replicas'/u],
    [
      'a nested typo for the database',
      {mongodb: {backup: {enable: true}}},
      /mongodb:\n.*at '\/backup': additional properties 'enable' not allowed/u,
    ],
    ['a number of pods in words', {replicaCount: 'two'}, /at '\/replicaCount': got string, want integer/u],
    [
      'a list of environment variables as a map',
      {extra: {env: {A: 'b'}}},
      /at '\/extra\/env': got object, want array/u,
    ],
    ['the tag latest', {image: {tag: 'latest'}}, /at '\/image\/tag': 'not' failed/u],
    ['a digest that is none', {image: {digest: 'abc'}}, /at '\/image\/digest': 'abc' does not match pattern/u],
    ['a log level that it has not', {config: {LOG_LEVEL: 'loud'}}, /at '\/config\/LOG_LEVEL': value must be one of/u],
    ['a setting that has its own value', {config: {DRAIN_MS: 1}}, /additional properties 'DRAIN_MS' not allowed/u],
    [
      'a grace period that is too short',
      {rollout: {gracePeriodSeconds: 29}},
      /users: rollout\.gracePeriodSeconds is 29, but .* need 30; requests would be cut/u,
    ],
    [
      'a drain that does not fit into the grace period',
      {rollout: {drainSeconds: 30}},
      /users: rollout\.gracePeriodSeconds is 30, but .* need 55/u,
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
      'a key to sign with that nobody knows',
      {auth: {mode: 'token', keys: {signing: 'key-2'}}},
      /users: auth\.keys\.signing is key-2, which is not among auth\.keys\.published/u,
    ],
    ['an admin without an e-mail', {auth: {adminEmail: ''}}, /at '\/auth\/adminEmail': '' does not match pattern/u],
    [
      'an upgrade that cannot see the keys it would replace',
      {auth: {mode: 'token'}, mongodb: {existingSecret: 'mine'}},
      /users-auth: this upgrade is rendered without the cluster, so it would replace the generated keys and password/u,
      {isUpgrade: true},
    ],
    [
      'two databases',
      {database: {existingSecret: 'shop-database'}},
      /users: database\.existingSecret names another database, but mongodb\.enabled is true/u,
    ],
    [
      'a ServiceMonitor for a Prometheus that is kept out',
      {metrics: {serviceMonitor: {enabled: true}}},
      /users: metrics\..* networkPolicy\.metricsFrom must say where it is/u,
    ],
    [
      'annotations for a Prometheus that is kept out',
      {metrics: {scrapeAnnotations: true}},
      /users: metrics\..* networkPolicy\.metricsFrom must say where it is/u,
    ],
    [
      'an interval without a unit',
      {metrics: {serviceMonitor: {interval: '30'}}},
      /at '\/metrics\/serviceMonitor\/interval': '30' does not match pattern/u,
    ],
    [
      'an Ingress without a host',
      {auth: {allowPublicOpen: true}, ingress: {enabled: true}},
      /ingress\.host must name the host/u,
    ],
    [
      'an HTTPRoute without a Gateway',
      {auth: {allowPublicOpen: true}, httpRoute: {enabled: true}},
      /httpRoute\.parentRefs must name the Gateway/u,
    ],
    [
      'a database elsewhere whose Secret is not named',
      {mongodb: {enabled: false}, networkPolicy: {databaseEgress}},
      /mongodb\.enabled is false: database\.existingSecret must name a Secret with the key uri/u,
    ],
    [
      'a database elsewhere that the policies do not know',
      {mongodb: {enabled: false}, database: {existingSecret: 'elsewhere'}},
      /mongodb\.enabled is false: networkPolicy\.databaseEgress must say where the database is/u,
    ],
    ...[0, 2, 4].map((replicaCount): Refusal => [
      `${replicaCount} members`,
      {mongodb: {replicaCount}},
      new RegExp(`users-mongodb: replicaCount is ${replicaCount}; a replica set here has 1 or 3 members`, 'u'),
    ]),
    [
      'an upgrade that cannot see the passwords it would replace',
      {},
      /users-mongodb: this upgrade is rendered without the cluster, so it would replace the generated passwords/u,
      {isUpgrade: true},
    ],
    ['a limit of memory in bytes', resources('1073741824'), /is 1073741824; write it in Mi or Gi/u],
    [
      'a limit of memory in G',
      resources('1G'),
      /users-mongodb: resources\.limits\.memory is 1G; write it in Mi or Gi/u,
    ],
    ['too little memory', resources('511Mi'), /users-mongodb: resources\.limits\.memory is 511Mi; .* at least 512Mi/u],
    [
      'a setting that is given twice',
      {extra: {env: [{name: 'PORT', value: '1'}]}},
      /users: extra\.env sets PORT, which the chart sets/u,
    ],
    [
      'a password that a connection string cannot hold',
      {mongodb: {passwords: {password: 'a@b/c'}}},
      /users-mongodb: passwords\.password may have only letters, digits/u,
    ],
  ],
  orders: [
    [
      'an address of users that is no URL',
      {users: {url: 'users'}},
      /at '\/users\/url': 'users' does not match pattern/u,
    ],
    ['a typo in a setting that only it has', {config: {USERS_CHEK_MS: 9}}, /additional properties 'USERS_CHEK_MS'/u],
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
      'tokens for one service and not for the others',
      {users: {auth: {mode: 'token'}}},
      /duet: orders\.auth\.mode is open and users\.auth\.mode is token/u,
    ],
    ['two members', {orders: {mongodb: {replicaCount: 2}}}, /orders-mongodb: replicaCount is 2/u],
    ['an upgrade without the cluster', {}, /this upgrade is rendered without the cluster/u, {isUpgrade: true}],
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

test('an upgrade without the cluster goes through with Secrets of your own', async t => {
  const values = valuesFor('users', ownKeys, {mongodb: {existingSecret: 'mine'}});

  t.is(await complaintAbout('users', values, {isUpgrade: true}), 'it renders');
});
