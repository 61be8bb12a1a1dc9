import {generateKeyPairSync, randomBytes} from 'node:crypto';
import {access, mkdir, writeFile} from 'node:fs/promises';
import {NAMESPACE} from './base.ts';

// `npm run k8s:secrets`: files for the overlays' Secrets, random and ignored by git. Existing files are kept, because the
// databases are set up with them.
const secret = (bytes: number): string => randomBytes(bytes).toString('hex');

function databaseOf(service: string): Record<string, string> {
  const password = secret(16);
  const member = `${service}-mongodb-0.${service}-mongodb.${NAMESPACE}.svc:27017`;
  return {
    keyfile: secret(32),
    password,
    'backup-password': secret(16),
    'restore-password': secret(16),
    uri: `mongodb://${service}:${password}@${member}/${service}?replicaSet=rs0&authSource=admin`,
  };
}

const tokens = (): Record<string, string> => ({
  keys: generateKeyPairSync('ed25519').privateKey.export({type: 'pkcs8', format: 'pem'}).toString(),
  'admin-email': 'admin@example.com',
  'admin-password': secret(16),
});

async function isThere(folder: string): Promise<boolean> {
  return access(folder).then(
    () => true,
    () => false,
  );
}

async function writeOnce(folder: string, files: Record<string, string>): Promise<void> {
  if (await isThere(folder)) return;
  await mkdir(folder, {recursive: true});
  for (const [key, value] of Object.entries(files)) await writeFile(`${folder}/${key}`, value, {mode: 0o600});
}

await writeOnce('k8s/overlays/dev/secrets/users-mongodb', databaseOf('users'));
await writeOnce('k8s/overlays/dev/secrets/orders-mongodb', databaseOf('orders'));
await writeOnce('k8s/overlays/token/secrets/users-tokens', tokens());
