import * as z from 'zod';
import {secret} from '#platform/config.ts';
import {mongoUrl} from '#platform/mongo/settings.ts';
import {hasDatabase, prefixOf, readServices, type Service} from '../tools/services.ts';

const port = z.coerce.number().int().min(1).max(65_535);

const FIRST_MONGO_PORT = 27_101;

/** The ports of one service on this machine. */
const portsOf = ({name, ...ports}: Service) => ({
  PORT: port.default(ports.port).describe(`Port of the ${name} API`),
  OPS_PORT: port.default(ports.opsPort).describe(`Port of \`/livez\`, \`/readyz\` and \`/metrics\` of ${name}`),
});

/** The database of one service on this machine. */
const databaseOf = ({name}: Service, index: number) => ({
  MONGO_URL: secret(
    mongoUrl.optional().describe(`Connection string of a MongoDB for ${name}, in place of an embedded one`),
  ),
  MONGO_PORT: port.default(FIRST_MONGO_PORT + index).describe(`Port of the embedded MongoDB of ${name}`),
});

/** Of a service without a database, it has the ports alone. */
export type Place = z.output<z.ZodObject<ReturnType<typeof portsOf>>> &
  Partial<z.output<z.ZodObject<ReturnType<typeof databaseOf>>>>;

const placeOf = (service: Service, index: number) => ({
  ...portsOf(service),
  ...(hasDatabase(service) && databaseOf(service, index)),
});

export const services: readonly Service[] = await readServices();

const places = services.map((service, index) =>
  Object.entries(placeOf(service, index)).map(([setting, schema]) => [`${prefixOf(service.name)}_${setting}`, schema]),
);

const common = {
  LISTEN_HOST: z
    .enum(['127.0.0.1', '0.0.0.0', '::'])
    .default('127.0.0.1')
    .describe('Address that the services listen on. Only this machine reaches `127.0.0.1`; others reach the rest'),
  DATA_FOLDER: z.string().default('.data').describe('Folder in which the embedded MongoDBs keep their data'),
  PAGE_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(3000)
    .describe('Port of the page that shows the services and breaks them. Only this machine reaches it; 0: no page'),
  PAGE_TRICKLE_S: z.coerce
    .number()
    .int()
    .min(0)
    .max(86_400)
    .default(600)
    .describe('Seconds in which the page sends a trickle of requests by itself; 0: only when its button is pressed'),
  RESTART_MS: z.coerce.number().int().min(0).default(10_000).describe('Delay before a process that died is restarted'),
};

/** What `npm start` reads from its environment. Each service inherits the whole environment and reads its settings from it. */
export const settings = z.object({...(Object.fromEntries(places.flat()) as Record<string, z.ZodType>), ...common});

export type LocalConfig = z.output<z.ZodObject<typeof common>> & Record<string, unknown>;

/** What these settings say about one service, without its prefix. */
export const placeIn = (config: LocalConfig, name: string): Place => {
  const prefix = `${prefixOf(name)}_`;
  const own = Object.entries(config).filter(([setting]) => setting.startsWith(prefix));
  return Object.fromEntries(own.map(([setting, value]) => [setting.slice(prefix.length), value])) as Place;
};
