import {generateKeyPairSync} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import test from 'ava';
import type * as z from 'zod';
import {render} from './helm.ts';
import {named, type EnvVariable} from './kubernetes.ts';
import {defaults, tokens, valueSets} from './value-sets.ts';
import {isMap, services, type Service, type Values} from './values.ts';

async function settingsOf(service: Service): Promise<z.ZodObject> {
  const {settings} = (await import(`../../services/${service}/config.ts`)) as {settings: z.ZodObject};
  return settings;
}

async function environmentOf(service: Service, set = defaults): Promise<EnvVariable[]> {
  const deployment = named(await render(service, set), 'Deployment', service);
  return deployment.spec.template.spec.containers[0]?.env ?? [];
}

const plain = (name: string): string => name.replace(/_FILE$/u, '');

/** What is in the files that the environment names. */
const files: Record<string, string> = {
  MONGO_URL: 'mongodb://localhost/any',
  AUTH_KEYS: generateKeyPairSync('ed25519').privateKey.export({type: 'pkcs8', format: 'pem'}).toString(),
  ADMIN_EMAIL: 'root@example.com',
  ADMIN_PASSWORD: 'correct horse',
};

for (const service of services) {
  test(`the chart of ${service} gives it every setting that it has, and no other`, async t => {
    const settings = await settingsOf(service);
    const names = (await environmentOf(service, tokens)).map(({name}) => plain(name));

    t.deepEqual(names.toSorted(), Object.keys(settings.shape).toSorted());
  });

  test(`the chart of ${service} lets a log level through when ${service} knows it`, async t => {
    const schema = JSON.parse(await readFile(`charts/${service}/values.schema.json`, 'utf8')) as Values;
    const {LOG_LEVEL} = (await settingsOf(service)).shape as {LOG_LEVEL: z.ZodDefault<z.ZodEnum>};

    t.deepEqual(at(schema, ['config', 'LOG_LEVEL'])['enum'], LOG_LEVEL.unwrap().options);
  });

  for (const set of valueSets) {
    test(`${service} takes the environment that its chart gives it, with ${set.name}`, async t => {
      const settings = await settingsOf(service);
      const variables = (await environmentOf(service, set)).map(({name, value}) =>
        name.endsWith('_FILE') ? [plain(name), files[plain(name)]] : [name, value || undefined],
      );

      const parsed = settings.safeParse(Object.fromEntries(variables));

      t.deepEqual(parsed.error?.issues, undefined);
    });
  }
}

/** The schema of a value, by the names of the values around it. */
function at(schema: Values, path: string[]): Values {
  let found = schema;
  for (const name of path) {
    const {properties} = found;
    const next = isMap(properties) ? properties[name] : undefined;
    found = isMap(next) ? next : {};
  }
  return found;
}
