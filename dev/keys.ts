import {generateKeyPairSync} from 'node:crypto';
import {mkdir, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';

/** Creates the file with the key that signs tokens, unless it exists: tokens stay valid across restarts, as in a cluster. */
export async function ensureKey(file: string): Promise<void> {
  const {privateKey} = generateKeyPairSync('ed25519');
  const pem = privateKey.export({type: 'pkcs8', format: 'pem'});
  await mkdir(dirname(file), {recursive: true});
  await writeFile(file, pem, {flag: 'wx', mode: 0o600}).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
