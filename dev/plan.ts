import {join} from 'node:path';
import {neighboursOf, prefixOf, signsTokens, type Service} from '../tools/services.ts';
import {placeIn, type LocalConfig, type Place} from './config.ts';
import {mongoUrlAt} from './mongod.ts';

/** All that starting one service on this machine takes. */
export type Plan = {
  name: string;
  /** The variables to set for it; it inherits the others. */
  env: Record<string, string>;
  /** The MongoDB to start for it; none when one was given. */
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
  const isEmbedded = !place.MONGO_URL;
  return {
    name,
    env: {
      LISTEN_HOST: config.LISTEN_HOST,
      PORT: String(place.PORT),
      OPS_PORT: String(place.OPS_PORT),
      MONGO_URL: place.MONGO_URL ?? mongoUrlAt(place.MONGO_PORT, name),
      ...urlsOf(neighboursOf(service), config, env),
      // No drain here: there is no load balancer.
      DRAIN_MS: env['DRAIN_MS'] ?? '0',
      AUTH: env['AUTH'] ?? '',
      ...(keyFile && {AUTH_KEYS_FILE: keyFile}),
    },
    keyFile,
    mongo: isEmbedded ? {folder: join(config.DATA_FOLDER, name), port: place.MONGO_PORT} : undefined,
    ports: portsOf(prefixOf(name), place, isEmbedded),
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

const portsOf = (prefix: string, {PORT, OPS_PORT, MONGO_PORT}: Place, isEmbedded: boolean): Record<string, number> => ({
  [`${prefix}_PORT`]: PORT,
  [`${prefix}_OPS_PORT`]: OPS_PORT,
  ...(isEmbedded && {[`${prefix}_MONGO_PORT`]: MONGO_PORT}),
});
