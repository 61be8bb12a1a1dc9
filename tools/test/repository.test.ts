import {access, glob, readFile} from 'node:fs/promises';
import {dirname, relative, resolve, sep} from 'node:path';
import test from 'ava';
import {servicesWithDatabase} from '../databases.ts';
import {readServices, serviceNames} from '../services.ts';

const RULE =
  'a file imports from its own service and from #platform; platform imports from no service; services meet only over HTTP';

async function sources(pattern = 'services/**/*.ts'): Promise<[file: string, text: string][]> {
  const files: string[] = [];
  for await (const file of glob(pattern)) files.push(file);
  return Promise.all(files.map(async file => [file, await readFile(file, 'utf8')] as [string, string]));
}

/** The service that a file belongs to, or else its folder at the top of the repository. */
const folderOf = (file: string): string => relative('', file).replace(`services${sep}`, '').split(sep)[0] ?? '';

/** What a file imports, as written; of a path in a template literal, its source text. */
const specifiersIn = (text: string): string[] =>
  [...text.matchAll(/\b(?:from|import)\s*(?:'([^']+)'|\(\s*['`]?([^'`)]+))/gu)].map(
    ([, plain, called]) => plain ?? called ?? '',
  );

/** The folders that a file imports from, by relative path or by #platform. */
const importedFolders = (file: string, text: string): string[] =>
  specifiersIn(text).flatMap(specifier => {
    if (specifier.startsWith('#platform/')) return ['platform'];
    return specifier.startsWith('.') ? [folderOf(resolve(dirname(file), specifier))] : [];
  });

const allowed: Record<string, string[]> = {
  platform: ['platform'],
  ...Object.fromEntries(serviceNames.map(name => [name, [name, 'platform']])),
  tools: ['tools', 'platform'],
  dev: ['dev', 'tools', 'platform'],
};

/** The two files that import what they find in the tree, and what that is. */
const finders: Record<string, string[]> = {
  'tools/services.ts': ['../services/${name}/config.ts', '../services/${name}/routes.ts'],
  'tools/commands.ts': ['../${folder}/config.ts'],
};

test(RULE, async t => {
  const crossings = (await sources('{dev,services,tools}/**/*.ts'))
    .filter(([file]) => !finders[file])
    .flatMap(([file, text]) =>
      importedFolders(file, text)
        .filter(folder => !allowed[folderOf(file)]?.includes(folder))
        .map(folder => `${file} imports from ${folder}`),
    );

  t.deepEqual(crossings, []);
});

for (const [file, expected] of Object.entries(finders)) {
  test(`${file} imports no more of a service or a command than ${expected.join(' and ')}`, async t => {
    const others = specifiersIn(await readFile(file, 'utf8')).filter(specifier => specifier.startsWith('../'));

    t.deepEqual(others, expected);
  });
}

test('no other file imports a path that it computes', async t => {
  const computing = (await sources('{dev,services,tools}/**/*.ts'))
    .filter(([, text]) => /import\(\s*[^'\s]/u.test(text))
    .map(([file]) => file);

  t.deepEqual(computing.filter(file => !file.includes('/test/')).toSorted(), Object.keys(finders).toSorted());
});

for (const crossing of [
  "import {x} from '../orders/app.ts';",
  "import '../orders/app.ts';",
  "await import('../orders/app.ts')",
  'await import(`../orders/app.ts`)',
]) {
  test(`the rule sees ${crossing}`, t => {
    t.deepEqual(importedFolders('services/users/app.ts', crossing), ['orders']);
  });
}

test('platform imports its own files by relative paths, so that it can be copied under another name', async t => {
  const files = (await sources('services/platform/**/*.ts'))
    .filter(([, text]) => specifiersIn(text).some(specifier => specifier.startsWith('#platform/')))
    .map(([file]) => file);

  // Tests have such lines in scripts that they start as processes.
  t.deepEqual(
    files.filter(file => !file.includes('/test/')),
    [],
  );
});

for (const file of [...serviceNames.map(name => `services/${name}/${name}.ts`), 'services/users/sessions.ts']) {
  test(`the domain in ${file} names no library`, async t => {
    const specifiers = specifiersIn(await readFile(file, 'utf8'));

    t.true(specifiers.length > 0);
    t.deepEqual(
      specifiers.filter(specifier => !/^(?:\.\/|#platform\/|node:)/u.test(specifier)),
      [],
    );
  });
}

test('every service has a chart, an image and ports that no other one has', async t => {
  const services = await readServices();
  const ports = services.flatMap(({port, opsPort}) => [port, opsPort]);

  t.true(services.length > 0);
  t.deepEqual(
    ports.filter((port, index) => ports.indexOf(port) !== index),
    [],
  );
  for (const {name} of services) {
    await t.notThrowsAsync(Promise.all([`charts/${name}/Chart.yaml`, `Dockerfile.${name}`].map(file => access(file))));
  }
});

test('only tests import from a folder of tests', async t => {
  const others = (await sources('{charts,dev,k8s,services,tools,verify}/**/*.ts')).filter(
    ([file]) => !/test|verify\/system/u.test(file),
  );

  t.deepEqual(
    others.filter(([, text]) => /from '[^']*\/test\//u.test(text)).map(([file]) => file),
    [],
  );
});

test('every dependency is pinned to one version', async t => {
  const {dependencies, devDependencies} = JSON.parse(await readFile('package.json', 'utf8')) as Record<
    string,
    Record<string, string>
  >;

  for (const [name, version] of Object.entries({...dependencies, ...devDependencies})) {
    t.regex(version, /^\d+\.\d+\.\d+$/u, name);
  }
});

test('only the stores and platform/mongo import mongoose', async t => {
  const files = (await sources()).filter(([, text]) => /from 'mongoose'/u.test(text)).map(([file]) => file);

  const expected = [
    ...servicesWithDatabase.map(name => `services/${name}/store.ts`),
    'services/platform/mongo/connection.ts',
    'services/platform/mongo/health.ts',
    'services/platform/mongo/metrics.ts',
    'services/platform/mongo/open.ts',
    'services/platform/mongo/outage.ts',
    'services/platform/mongo/outcome.ts',
  ];
  t.deepEqual(files.filter(file => !file.includes('/test/')).toSorted(), expected.toSorted());
});

test('services measure no duration by the system time, which can be set: only ids and log lines have it', async t => {
  const reading = (await sources())
    .filter(([file, text]) => !file.includes('/test/') && /\bDate\.now\(|new Date\(\)\.getTime/u.test(text))
    .map(([file]) => file);

  t.deepEqual(reading, ['services/platform/ids.ts', 'services/platform/log.ts']);
});
