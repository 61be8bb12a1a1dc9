import test from 'ava';
import {complaintAbout} from '../../verify/lib/charts/render.ts';
import {ownKeys} from '../../verify/lib/charts/value-sets.ts';
import {forCallersOf, neighboursOf, valuesFor, type Chart, type Values} from '../../verify/lib/charts/values.ts';

/** Values of a service that calls users under another name. */
const askingPeople = (caller: string): Values => ({
  users: {url: 'http://people'},
  clientOf: neighboursOf(caller).map(name => (name === 'users' ? 'people' : name)),
});

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
    {users: {service: {port: 8000}}, ...forCallersOf('users', () => ({users: {url: 'http://users.shop:8000'}}))},
  ],
  [
    'a neighbour under another name',
    'duet',
    {users: {fullnameOverride: 'people'}, ...forCallersOf('users', askingPeople)},
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
