import test from 'ava';
import {PrivateKeys, publicKeyOf} from '../../services/users/keys.ts';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {render, renderValues} from '../../verify/lib/charts/render.ts';
import {named, ofKind, type KubernetesObject} from '../../verify/lib/charts/kubernetes.ts';
import {defaults, ownKeys, tokens} from '../../verify/lib/charts/value-sets.ts';
import {services, type Values} from '../../verify/lib/charts/values.ts';

const secretOf = (objects: KubernetesObject[]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(named(objects, 'Secret', 'users-auth').data).map(([key, text]) => [
      key,
      Buffer.from(text, 'base64').toString(),
    ]),
  );

const exchange = (signing: string): Values => ({auth: {keys: {signing, published: ['key-1', 'key-2']}}});

const idsOf = async (pem = ''): Promise<string[]> => {
  const keys = await Promise.all(PrivateKeys.parse(pem).map(publicKeyOf));
  return keys.map(({kid}) => kid);
};

test('users accepts the generated keys, and the signing key comes first', async t => {
  const {keys, ...data} = secretOf(await render('users', tokens, {more: exchange('key-2')}));

  t.deepEqual(await idsOf(keys), [...(await idsOf(data['key-2.pem'])), ...(await idsOf(data['key-1.pem']))]);
});

test('each render generates new random keys and a new random password, and the admin has an e-mail', async t => {
  const rendered = [
    await renderValues('users', {auth: {mode: 'token'}}),
    await renderValues('users', {auth: {mode: 'token'}}),
  ];
  const [one = {}, other = {}] = rendered.map(objects => secretOf(objects.map(({object}) => object)));

  t.regex(one['admin-password'] ?? '', /^[A-Za-z0-9]{24}$/u);
  t.not(one['admin-password'], other['admin-password']);
  t.notDeepEqual(await idsOf(one['keys']), await idsOf(other['keys']));
  t.is(one['admin-email'], 'admin@example.com');
});

test('uninstalling the release keeps the Secret, because the admin stays in the database', async t => {
  const {metadata} = named(await render('users', tokens), 'Secret', 'users-auth');

  t.is(metadata.annotations?.['helm.sh/resource-policy'], 'keep');
});

for (const [what, set] of [
  ['with auth.mode: open', defaults],
  ['with auth.existingSecret', ownKeys],
] as const) {
  test(`${what}, no auth Secret is generated`, async t => {
    const secrets = ofKind(await render('users', set), 'Secret').map(({metadata}) => metadata.name);

    t.deepEqual(secrets, ['users-mongodb']);
  });
}

for (const service of services.filter(name => name !== 'users')) {
  test(`${service} gets neither the signing keys nor the admin password`, async t => {
    const {spec} = named(await render('duet', tokens), 'Deployment', service);
    const secrets = (spec.template.spec.volumes ?? []).flatMap(({secret}) => secret?.secretName ?? []);

    t.deepEqual(secrets, servicesWithDatabase.includes(service) ? [`${service}-mongodb`] : []);
  });
}

test('each step of a key rotation replaces the pods, because they read the keys at startup', async t => {
  const annotationOf = async (more: Values) => {
    const {spec} = named(await render('users', tokens, {more}), 'Deployment', 'users');
    return spec.template.metadata.annotations?.['auth-keys'];
  };

  t.deepEqual(
    [await annotationOf({}), await annotationOf(exchange('key-1')), await annotationOf(exchange('key-2'))],
    ['signing key-1, published key-1', 'signing key-1, published key-1 key-2', 'signing key-2, published key-1 key-2'],
  );
});

test('an Ingress of users includes the login path', async t => {
  const ingressOf = {enabled: true, host: 'shop.example.com'};
  const more = {ingress: ingressOf, networkPolicy: {callers: [{namespaceSelector: {}}]}};
  const [ingress] = ofKind(await render('users', tokens, {more}), 'Ingress');
  const paths = ingress?.spec.rules.flatMap(({http}) => http.paths.map(({path}) => path));

  t.deepEqual(paths, ['/api/users', '/api/sessions']);
});
