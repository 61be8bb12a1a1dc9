import {execFile} from 'node:child_process';
import {cp, mkdtemp, readdir, readFile, realpath, rm, symlink} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import test from 'ava';
import {parse} from 'yaml';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {readServices} from '../../tools/services.ts';
import {renderBase} from '../base.ts';
import {overlays} from '../overlays.ts';

// stale? npm run k8s
test('k8s/base is what the charts render', async t => {
  const rendered = await renderBase();
  const committed: Record<string, string> = {};
  for (const file of await readdir('k8s/base')) committed[file] = await readFile(`k8s/base/${file}`, 'utf8');

  t.deepEqual(committed, rendered);
});

test('the overlays are what k8s/overlays.ts generates', async t => {
  for (const [file, text] of Object.entries(overlays(await readServices())))
    t.is(await readFile(file, 'utf8'), text, file);
});

test('k8s/base mounts secrets for the user and group of their pod', async t => {
  const modes = [
    ...Object.values(await renderBase())
      .join('\n')
      .matchAll(/defaultMode: (\S+)/gu),
  ].map(([, mode]) => mode);

  t.true(modes.length > 0);
  t.deepEqual(new Set(modes), new Set([String(0o440)]));
});

test('k8s/base contains no secret and nothing of helm', async t => {
  const text = Object.values(await renderBase()).join('\n');

  t.notRegex(text, /kind: Secret\n|helm/u);
});

test('k8s/base is the same for every namespace, and names none', async t => {
  const base = await renderBase('shop');

  t.deepEqual(base, await renderBase('stall'));
  for (const [file, text] of Object.entries(base)) {
    t.notRegex(text, /^ *namespace: /mu, file);
    t.notRegex(text, /(?<!\$\(NAMESPACE\))\.svc/u, file);
  }
});

test('overlays name their namespace only where kustomize replaces it by that of an overlay on top of them', async t => {
  const files = (await readdir('k8s/overlays', {recursive: true})).filter(file => file.endsWith('.yaml'));
  const texts = await Promise.all(files.map(file => readFile(join('k8s/overlays', file), 'utf8')));
  const rest = texts.map(text =>
    text.replace(/^namespace: duet$/mu, '').replace(/(kind: Namespace\nmetadata:\n  name: )duet$/mu, '$1'),
  );

  t.true(texts.some(text => text.includes('namespace: duet')));
  for (const text of rest) t.notRegex(text, /(?<!instance: )\bduet\b|(?<!\$\(NAMESPACE\))\.svc/u);
});

type Job = {spec: {template: {spec: {containers: {env: {name: string; value?: string}[]}[]}}}};

test('the overlay ha changes only the number of members in MEMBERS', async t => {
  const base = await renderBase();
  const ha = await readFile('k8s/overlays/ha/kustomization.yaml', 'utf8');
  for (const name of servicesWithDatabase) {
    const [, index = '', members = ''] =
      new RegExp(`containers/0/env/(\\d+)/value, value: "(${name}-mongodb-0.*)"`, 'u').exec(ha) ?? [];
    const {spec} = parse(base[`${name}-mongodb-setup-job.yaml`] ?? '') as Job;
    const variable = spec.template.spec.containers[0]?.env[Number(index)];

    t.is(variable?.name, 'MEMBERS');
    t.deepEqual(
      members.split(','),
      [0, 1, 2].map(ordinal => variable?.value?.replace('-0.', `-${ordinal}.`)),
    );
  }
});

test('the generated connection strings are right in every namespace', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'duet-secrets-'));
  t.teardown(() => rm(folder, {recursive: true}));
  for (const copied of ['package.json', 'services', 'tools', 'k8s/secrets.ts', 'k8s/overlays.ts']) {
    await cp(copied, join(folder, copied), {recursive: true});
  }
  await symlink(await realpath('node_modules'), join(folder, 'node_modules'));
  await promisify(execFile)(process.execPath, ['k8s/secrets.ts'], {cwd: folder});

  for (const name of servicesWithDatabase) {
    const uri = new URL(await readFile(join(folder, `k8s/overlays/dev/secrets/${name}-mongodb/uri`), 'utf8'));
    t.is(uri.host, `${name}-mongodb-0.${name}-mongodb:27017`);
  }
});
