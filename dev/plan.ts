import {join} from 'node:path';
import {neighboursOf, prefixOf, signsTokens, type Service} from '../tools/services.ts';
import {placeIn, type LocalConfig, type Place} from './config.ts';
import {mongoUrlAt} from './mongod.ts';

/** All that starting one service on this machine takes. */
export type Plan = {
  name: string;
  /** The variables to set for it; it inherits the others. */
  env: Record<string, string>;
  /** The MongoDB to start for it; none when one was given, or when it has none. */
  mongo: {folder: string; port: number} | undefined;
  /** The file in which to make a key that signs tokens; undefined if keys are configured or the service does not sign tokens. */
  keyFile: string | undefined;
  /** Every port that must be free, by the setting that moves it. */
  ports: Record<string, number>;
};

/** How to start one service, given the settings of `npm start` and its environment. */
export function planOf(service: Service, config: LocalConfig, env: NodeJS.ProcessEnv): Plan {
  const {name} = service;
  const place = placeIn(config, name);
  const keyFile = keyFileOf(service, config, env);
  const database = databaseOf(name, place, config.DATA_FOLDER);
  return {
    name,
    env: {
      LISTEN_HOST: config.LISTEN_HOST,
      PORT: String(place.PORT),
      OPS_PORT: String(place.OPS_PORT),
      ...database.env,
      ...urlsOf(neighboursOf(service), config, env),
      // No drain here: there is no load balancer.
      DRAIN_MS: env['DRAIN_MS'] ?? '0',
      AUTH: env['AUTH'] ?? '',
      ...(keyFile && {AUTH_KEYS_FILE: keyFile}),
    },
    keyFile,
    mongo: database.mongo,
    ports: {...portsOf(prefixOf(name), place), ...database.ports},
  };
}

/** URLs of the neighbours, by setting name. */
const urlsOf = (names: string[], config: LocalConfig, env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    names.map(name => {
      const setting = `${prefixOf(name)}_URL`;
      return [setting, env[setting] ?? `http://127.0.0.1:${placeIn(config, name).PORT}`];
    }),
  );

function keyFileOf(service: Service, config: LocalConfig, env: NodeJS.ProcessEnv): string | undefined {
  const isGiven = env['AUTH_KEYS'] || env['AUTH_KEYS_FILE'];
  return signsTokens(service) && !isGiven ? join(config.DATA_FOLDER, 'auth-keys.pem') : undefined;
}

const portsOf = (prefix: string, {PORT, OPS_PORT}: Place): Plan['ports'] => ({
  [`${prefix}_PORT`]: PORT,
  [`${prefix}_OPS_PORT`]: OPS_PORT,
});

/** What the database of a service adds to its plan: nothing if the service has none, and so no port for one. */
function databaseOf(
  name: string,
  {MONGO_URL, MONGO_PORT}: Place,
  dataFolder: string,
): Pick<Plan, 'env' | 'mongo' | 'ports'> {
  if (MONGO_URL) return {env: {MONGO_URL}, mongo: undefined, ports: {}};
  if (MONGO_PORT === undefined) return {env: {}, mongo: undefined, ports: {}};
  return {
    env: {MONGO_URL: mongoUrlAt(MONGO_PORT, name)},
    mongo: {folder: join(dataFolder, name), port: MONGO_PORT},
    ports: {[`${prefixOf(name)}_MONGO_PORT`]: MONGO_PORT},
  };
}
