import {randomBytes} from 'node:crypto';
import {access, mkdir, writeFile} from 'node:fs/promises';
import {NAMESPACE} from './base.ts';

// `npm run k8s:secrets`: what the dev overlay makes its Secrets of. Random, ignored by git, and kept once it is there,
// since the databases are set up with it.
const secret = (bytes: number): string => randomBytes(bytes).toString('hex');

function filesOf(service: string): Record<string, string> {
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

async function isThere(folder: string): Promise<boolean> {
  return access(folder).then(
    () => true,
    () => false,
  );
}

for (const service of ['users', 'orders']) {
  const folder = `k8s/overlays/dev/secrets/${service}-mongodb`;
  if (await isThere(folder)) continue;
  await mkdir(folder, {recursive: true});
  for (const [key, value] of Object.entries(filesOf(service)))
    await writeFile(`${folder}/${key}`, value, {mode: 0o600});
}
