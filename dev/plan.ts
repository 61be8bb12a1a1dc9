import {join} from 'node:path';
import type {LocalConfig, ServiceName} from './config.ts';
import {mongoUrlAt} from './mongod.ts';

/** All that starting one service on this machine takes. */
export type Plan = {
  name: ServiceName;
  /** The service's own settings. */
  env: Record<string, string>;
  /** The MongoDB to start for it; none when one was given. */
  mongo: {folder: string; port: number} | undefined;
  /** The file to make with a key that signs tokens; none when keys were given, or are none of its business. */
  keyFile: string | undefined;
  /** Every port that must be free, by the setting that moves it. */
  ports: Record<string, number>;
};

export function planOf(name: ServiceName, config: LocalConfig, env: NodeJS.ProcessEnv): Plan {
  const prefix = name === 'users' ? 'USERS' : 'ORDERS';
  const port = config[`${prefix}_PORT` as const];
  const opsPort = config[`${prefix}_OPS_PORT` as const];
  const mongoUrl = config[`${prefix}_MONGO_URL` as const];
  const keyFile = keyFileOf(name, config, env);
  const mongoPort = config[`${prefix}_MONGO_PORT` as const];
  return {
    name,
    env: {
      PORT: String(port),
      OPS_PORT: String(opsPort),
      MONGO_URL: mongoUrl ?? mongoUrlAt(mongoPort, name),
      USERS_URL: env['USERS_URL'] ?? `http://127.0.0.1:${config.USERS_PORT}`,
      // Here no load balancer has to take notice.
      DRAIN_MS: env['DRAIN_MS'] ?? '0',
      AUTH: env['AUTH'] ?? '',
      ...(keyFile && {AUTH_KEYS_FILE: keyFile}),
    },
    keyFile,
    mongo: mongoUrl ? undefined : {folder: join(config.DATA_FOLDER, name), port: mongoPort},
    ports: {
      [`${prefix}_PORT`]: port,
      [`${prefix}_OPS_PORT`]: opsPort,
      ...(!mongoUrl && {[`${prefix}_MONGO_PORT`]: mongoPort}),
    },
  };
}

function keyFileOf(name: ServiceName, config: LocalConfig, env: NodeJS.ProcessEnv): string | undefined {
  const isGiven = env['AUTH_KEYS'] || env['AUTH_KEYS_FILE'];
  return name === 'users' && !isGiven ? join(config.DATA_FOLDER, 'auth-keys.pem') : undefined;
}
