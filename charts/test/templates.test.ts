import {glob, readFile} from 'node:fs/promises';
import {basename} from 'node:path';
import test from 'ava';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {services} from '../../verify/lib/charts/values.ts';

/** Charts with a database are alike, and those without. */
const alike = [servicesWithDatabase, services.filter(name => !servicesWithDatabase.includes(name))];
const pairs = alike.flatMap(([first = '', ...others]) => others.map(service => [service, first] as const));

/** The templates of a service's chart by their names. */
async function templatesOf(service: string): Promise<Map<string, string>> {
  const templates = new Map<string, string>();
  for await (const file of glob(`charts/${service}/templates/*`)) {
    templates.set(basename(file), await readFile(file, 'utf8'));
  }
  return templates;
}

// Parts that not every service has: the signing keys and first admin of users, and the URL of a neighbour.
const ownParts = [
  /^ *\{\{- if eq \.Values\.auth\.mode "token" \}\}\n[^]*?\{\{- end \}\}\n/gmu,
  /^ *- name: [A-Z]+_URL\n.*\n/gmu,
];

const withoutOwnParts = (text = ''): string => ownParts.reduce((rest, part) => rest.replaceAll(part, ''), text);

const written = new Set(['NOTES.txt', 'test.yaml', 'deployment.yaml']);

for (const [service, first] of pairs) {
  test(`the Deployments of ${service} and ${first} differ only in signing keys and neighbour URLs`, async t => {
    const [deployment, other] = await Promise.all([service, first].map(templatesOf));

    t.is(withoutOwnParts(deployment?.get('deployment.yaml')), withoutOwnParts(other?.get('deployment.yaml')));
  });

  test(`the charts of ${service} and ${first} share their other templates word for word`, async t => {
    const [templates, otherTemplates] = [await templatesOf(service), await templatesOf(first)];
    const shared = [...templates.keys()].filter(name => otherTemplates.has(name) && !written.has(name));

    t.true(shared.includes('service.yaml') && shared.includes('networkpolicy.yaml'));
    for (const name of shared) t.is(templates.get(name), otherTemplates.get(name), name);
  });
}

for (const service of services) {
  test(`the Deployment of ${service} can be read in place`, async t => {
    const text = (await templatesOf(service)).get('deployment.yaml') ?? '';

    for (const key of ['strategy:', 'env:', 'startupProbe:', 'lifecycle:', 'volumeMounts:', 'volumes:']) {
      t.regex(text, new RegExp(`^ *${key}$`, 'mu'));
    }
    t.notRegex(text, /include "platform\.(?:deployment|env|probes|secrets)"/u);
  });
}
