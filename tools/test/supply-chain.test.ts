import {readFile} from 'node:fs/promises';
import test from 'ava';
import {findingsIn} from '../audit.ts';
import {softwareBill} from '../sbom.ts';
import {serviceNames} from '../services.ts';

type Package = {name: string; version: string; dev?: boolean; hasInstallScript?: boolean};
type Component = {name: string; version: string; hashes: {content: string}[]};

/** The packages of the lock file, without this repository. */
async function lockedPackages(): Promise<Package[]> {
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as {packages: Record<string, Package>};
  return Object.entries(lock.packages)
    .filter(([path]) => path !== '')
    .map(([path, entry]) => ({...entry, name: path.split('node_modules/').at(-1) ?? ''}));
}

test('every install script is known: that of Node runs, and none runs in an image', async t => {
  const {allowScripts} = JSON.parse(await readFile('package.json', 'utf8')) as {allowScripts: Record<string, boolean>};
  const scripts = (await lockedPackages()).filter(({hasInstallScript}) => hasInstallScript);

  t.deepEqual(Object.fromEntries(scripts.map(({name, dev}) => [name, Boolean(dev)])), allowScripts);
  for (const service of serviceNames) {
    t.regex(await readFile(`Dockerfile.${service}`, 'utf8'), /npm ci --omit=dev --ignore-scripts/u);
  }
});

test('the software bill lists every package in an image with its hash, and no other package', async t => {
  const {components} = JSON.parse(await softwareBill()) as {components: Component[]};
  const production = (await lockedPackages()).filter(({dev}) => !dev);
  const names = (list: {name: string; version: string}[]) =>
    new Set(list.map(({name, version}) => `${name}@${version}`));

  t.deepEqual(names(components), names(production));
  t.deepEqual(
    components.filter(({hashes}) => !hashes?.[0]?.content),
    [],
  );
});

test('an audit lists each advisory once, and has no result without a report of the registry', t => {
  const advisory = {title: 'Reads what it should not', url: 'https://example.com/GHSA-1'};

  t.deepEqual(findingsIn({vulnerabilities: {one: {via: [advisory, advisory]}, other: {via: ['one']}}}), [
    'one: Reads what it should not (https://example.com/GHSA-1)',
  ]);
  t.deepEqual(findingsIn({vulnerabilities: {}}), []);
  t.is(findingsIn({}), undefined);
});
