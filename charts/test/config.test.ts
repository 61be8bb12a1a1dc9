import test from 'ava';
import * as z from 'zod';
import {settingsOf} from '../../tools/services.ts';
import {renderValues} from '../../verify/lib/charts/render.ts';
import {readSchema, readValues} from './schemas.ts';
import {isMap, services, type Service, type Values} from '../../verify/lib/charts/values.ts';

type Bounds = {minimum?: number; maximum?: number; enum?: string[]};

/** The names of the settings in `config`. */
async function configOf(service: Service): Promise<string[]> {
  const {config} = await readValues(service);
  return isMap(config) ? Object.keys(config) : [];
}

/** Values on both sides of each bound of the service or its chart, and values of the wrong type. */
function candidates(ofService: Bounds, ofChart: Bounds): unknown[] {
  const bounds = [ofService, ofChart].flatMap(({minimum, maximum}) => [minimum, maximum]);
  const around = bounds.flatMap(bound => (bound === undefined ? [] : [bound - 1, bound, bound + 1]));
  const choices = [ofService, ofChart].flatMap(schema => schema.enum ?? []);
  return [...new Set(around.length > 0 ? [...around, 1.5, 'many'] : [...choices, 'loud'])];
}

/** The names of the settings in `config` that helm refuses. */
async function refusedByHelm(service: Service, config: Values): Promise<Set<string>> {
  const complaint = await renderValues(service, {config}).then(
    () => '',
    (error: Error) => error.message,
  );
  return new Set([...complaint.matchAll(/at '\/config\/(\w+)':/gu)].map(([, name]) => name ?? ''));
}

for (const service of services) {
  test(`helm refuses the settings that ${service} would refuse, and no others`, async t => {
    const {shape} = await settingsOf(service);
    const {properties: ofService = {}} = z.toJSONSchema(z.object(shape), {io: 'input'});
    const ofChart = (await readSchema(service)).properties?.['config']?.properties ?? {};
    const rows = (await configOf(service)).map(
      name => [name, candidates(ofService[name] as Bounds, ofChart[name] as Bounds)] as const,
    );

    // Each round tries one value of every setting, because helm lists all that it refuses.
    for (let round = 0; round < Math.max(...rows.map(([, values]) => values.length)); round++) {
      const config = Object.fromEntries(
        rows.flatMap(([name, values]) => (round < values.length ? [[name, values[round]]] : [])),
      );
      const refusedByService = Object.keys(config).filter(
        name => !(shape[name] as z.ZodType).safeParse(String(config[name])).success,
      );

      t.deepEqual(
        [...(await refusedByHelm(service, config))].toSorted(),
        refusedByService.toSorted(),
        JSON.stringify(config),
      );
    }
  });

  test(`no secret of ${service} is among its plain settings`, async t => {
    const {shape} = await settingsOf(service);
    const names = await configOf(service);

    t.true(names.length > 3);
    t.deepEqual(
      names.filter(name => (shape[name] as z.ZodType).meta()?.['secret']),
      [],
    );
  });
}

test('helm names the bound of a setting that is too high', async t => {
  await t.throwsAsync(renderValues('orders', {config: {USERS_CHECK_MS: 20_000}}), {
    message: /at '\/config\/USERS_CHECK_MS': maximum: got 20,000, want 10,000/u,
  });
});
