import {generateKeyPairSync} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import test from 'ava';
import {ZodDefault, type z} from 'zod';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {settingsOf} from '../../tools/services.ts';
import {named, ofKind, type EnvVariable, type KubernetesObject} from '../../verify/lib/charts/kubernetes.ts';
import {render} from '../../verify/lib/charts/render.ts';
import {defaults, tokens, valueSets} from '../../verify/lib/charts/value-sets.ts';
import {isMap, services, type Service, type Values} from '../../verify/lib/charts/values.ts';

async function environmentOf(service: Service, set = defaults): Promise<EnvVariable[]> {
  const deployment = named(await render(service, set), 'Deployment', service);
  return deployment.spec.template.spec.containers[0]?.env ?? [];
}

/** The connection string in the chart's Secret, or any valid one if the chart creates no Secret. */
function mongoUrlOf(objects: KubernetesObject[], service: Service): string {
  const secret = ofKind(objects, 'Secret').find(({metadata}) => metadata.name === `${service}-mongodb`);
  return secret?.data['uri'] ? Buffer.from(secret.data['uri'], 'base64').toString() : 'mongodb://localhost/any';
}

/** True for variables that Node reads, not the service. */
const isForNode = ({name}: EnvVariable): boolean => name === 'UV_THREADPOOL_SIZE';

const plain = (name: string): string => name.replace(/_FILE$/u, '');

/** The contents of the files that the `*_FILE` variables name. */
const files: Record<string, string> = {
  AUTH_KEYS: generateKeyPairSync('ed25519').privateKey.export({type: 'pkcs8', format: 'pem'}).toString(),
  ADMIN_EMAIL: 'root@example.com',
  ADMIN_PASSWORD: 'correct horse',
};

for (const service of services) {
  test(`no secret of ${service} has a default`, async t => {
    const secrets = Object.entries((await settingsOf(service)).shape as Record<string, z.ZodType>).filter(
      ([, schema]) => schema.meta()?.['secret'],
    );

    t.is(secrets.length > 0, servicesWithDatabase.includes(service));
    for (const [name, schema] of secrets) t.false(schema instanceof ZodDefault, name);
  });

  test(`the chart of ${service} sets every setting of the service, and no other`, async t => {
    const settings = await settingsOf(service);
    const variables = (await environmentOf(service, tokens)).filter(variable => !isForNode(variable));
    const names = variables.map(({name}) => plain(name));

    t.deepEqual(names.toSorted(), Object.keys(settings.shape).toSorted());
  });

  test(`the chart of ${service} accepts the same log levels as the service`, async t => {
    const schema = JSON.parse(await readFile(`charts/${service}/values.schema.json`, 'utf8')) as Values;
    const {LOG_LEVEL} = (await settingsOf(service)).shape as {LOG_LEVEL: z.ZodDefault<z.ZodEnum>};

    t.deepEqual(at(schema, ['config', 'LOG_LEVEL'])['enum'], LOG_LEVEL.unwrap().options);
  });

  for (const set of valueSets) {
    test(`${service} accepts the environment that its chart sets, with ${set.name}`, async t => {
      const settings = await settingsOf(service);
      const variables = (await environmentOf(service, set)).map(({name, value}) =>
        name.endsWith('_FILE') ? [plain(name), files[plain(name)]] : [name, value || undefined],
      );

      const MONGO_URL = mongoUrlOf(await render(service, set), service);

      const parsed = settings.safeParse({...Object.fromEntries(variables), MONGO_URL});

      t.deepEqual(parsed.error?.issues, undefined);
    });
  }
}

/** The schema of the value at this path. */
function at(schema: Values, path: string[]): Values {
  let found = schema;
  for (const name of path) {
    const {properties} = found;
    const next = isMap(properties) ? properties[name] : undefined;
    found = isMap(next) ? next : {};
  }
  return found;
}
