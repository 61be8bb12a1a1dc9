import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {globSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {editFor} from '../cluster.ts';
import {cleanCopy} from '../copy.ts';
import {freePorts} from '../ports.ts';

for (const [documented, edited] of [
  ['curl localhost:3001/api/users', /^curl localhost:(?!3001)\d+\/api\/users$/u],
  ['curl "http://127.0.0.1:9001/readyz"', /^curl "http:\/\/127\.0\.0\.1:(?!9001)\d+\/readyz"$/u],
  ['USERS_PORT=4001 npm start', /^USERS_PORT=(?!4001)\d+ npm start$/u],
  ['kubectl port-forward service/users 3001:80 &', /^kubectl port-forward service\/users (?!3001)\d+:80 &$/u],
  ['kubectl port-forward service/users-ops 9090', /^kubectl port-forward service\/users-ops (?!9090)\d+:9090$/u],
  ['kubectl port-forward a 3001:80 & kubectl port-forward b 3002:80', /^[^:]*(?!3001)\d{5}:80[^:]*(?!3002)\d{5}:80$/u],
] as const) {
  test(`the ports of "${documented}" are free ones`, async t => {
    const ports = await freePorts(documented);

    t.regex(ports.replace(documented), edited);
  });
}

test('a port is the same wherever it is named, in the settings of npm start, and in what is compared', async t => {
  const {env, replace, restore} = await freePorts('localhost:3001');

  t.is(replace('localhost:3001'), `localhost:${env['USERS_PORT']}`);
  t.is(restore(`users: http://localhost:${env['USERS_PORT']}`), 'users: http://localhost:3001');
  t.is(new Set(Object.values(env)).size, Object.keys(env).length);
});

test('on a cluster nothing of a page reaches the namespace duet, or needs another MongoDB than the one that is there', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'duet-copy-'));
  t.teardown(() => rm(folder, {recursive: true}));
  const edit = await editFor({namespace: 'prove-docs', mongoTag: '6.0.5'});
  const preset = /^appVersion: (\S+)$/mu.exec(await readFile('charts/mongodb/Chart.yaml', 'utf8'))?.[1] ?? '';

  await cleanCopy(folder, edit);

  const files = globSync('{k8s/**/*.{yaml,ts},charts/mongodb/Chart.yaml,skaffold.yaml}', {
    cwd: folder,
    exclude: ['**/test/**'],
  });
  const texts = await Promise.all(files.map(file => readFile(join(folder, file), 'utf8')));
  const left = texts.flatMap(text => text.match(/^[^#]*(?:namespace:? duet|\.duet\.svc|= 'duet').*$/gmu) ?? []);
  t.deepEqual(left, []);
  t.false(texts.some(text => text.includes(preset)));
  t.is(
    edit('kubectl delete namespace duet; helm test duet --namespace=duet'),
    'kubectl delete namespace prove-docs; helm test duet --namespace=prove-docs',
  );
  t.regex(texts[files.indexOf('k8s/overlays/dev/namespace.yaml')] ?? '', /name: prove-docs$/mu);
});

test('a clean copy has no data, no secrets and no history of the checkout, and its node_modules', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'duet-copy-'));
  t.teardown(() => rm(folder, {recursive: true}));

  await cleanCopy(folder, text => text);

  t.deepEqual(globSync('{.git,.data,k8s/overlays/*/secrets}', {cwd: folder}), []);
  t.is(
    await readFile(join(folder, 'node_modules/ava/package.json'), 'utf8'),
    await readFile('node_modules/ava/package.json', 'utf8'),
  );
  t.is(await readFile(join(folder, 'skaffold.yaml'), 'utf8'), await readFile('skaffold.yaml', 'utf8'));
});
