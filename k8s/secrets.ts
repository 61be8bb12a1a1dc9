import {generateKeyPairSync, randomBytes} from 'node:crypto';
import {access, mkdir, writeFile} from 'node:fs/promises';
import {hasDatabase, readServices, signsTokens} from '../tools/services.ts';
import type {secretKeys} from './overlays.ts';

// `npm run k8s:secrets`: random values for the Secrets of the overlays, ignored by git. Files that exist are kept: the
// databases were set up with them.
const secret = (bytes: number): string => randomBytes(bytes).toString('hex');

type Values<Kind extends keyof typeof secretKeys> = Record<(typeof secretKeys)[Kind][number], string>;

function databaseOf(service: string): Values<'mongodb'> {
  const password = secret(16);
  return {
    keyfile: secret(32),
    password,
    'backup-password': secret(16),
    'restore-password': secret(16),
    // Without the namespace, so it is right in any. The driver asks this member for the full names of all.
    uri: `mongodb://${service}:${password}@${service}-mongodb-0.${service}-mongodb:27017/${service}?replicaSet=rs0&authSource=admin`,
  };
}

const tokens = (): Values<'tokens'> => ({
  keys: generateKeyPairSync('ed25519').privateKey.export({type: 'pkcs8', format: 'pem'}).toString(),
  'admin-email': 'admin@example.com',
  'admin-password': secret(16),
});

async function exists(folder: string): Promise<boolean> {
  return access(folder).then(
    () => true,
    () => false,
  );
}

async function writeOnce(folder: string, files: Record<string, string>): Promise<void> {
  if (await exists(folder)) return;
  await mkdir(folder, {recursive: true});
  for (const [key, value] of Object.entries(files)) await writeFile(`${folder}/${key}`, value, {mode: 0o600});
}

for (const service of await readServices()) {
  const {name} = service;
  if (hasDatabase(service)) await writeOnce(`k8s/overlays/dev/secrets/${name}-mongodb`, databaseOf(name));
  if (signsTokens(service)) await writeOnce(`k8s/overlays/token/secrets/${name}-tokens`, tokens());
}
