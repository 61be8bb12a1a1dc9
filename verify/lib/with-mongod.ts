import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {findMongod} from '../../dev/find-mongod.ts';
import {mongoUrlAt, startMongod} from '../../dev/mongod.ts';
import {freePort} from '../../dev/ports.ts';

// Runs a command with TEST_MONGO_URL, a MongoDB of its own that is gone afterwards. Each test makes its own database in it.
const [command, ...commandArguments] = process.argv.slice(2);
if (!command) throw new Error('usage: with-mongod.ts COMMAND [ARGUMENT …]');

const folder = await mkdtemp(join(tmpdir(), 'duet-test-'));
const binary = await findMongod(console.error);
const port = await freePort();
const mongod = await startMongod(binary, folder, port);
try {
  const env = {
    ...process.env,
    // As the services run, so that nothing that they use may come to rely on what they do without.
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --disable-proto=throw`,
    TEST_MONGO_URL: mongoUrlAt(port),
    MONGOMS_SYSTEM_BINARY: binary,
  };
  const child = spawn(command, commandArguments, {stdio: 'inherit', env});
  // Ctrl-C reaches the command itself; this process stays to clean up behind it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
} finally {
  await mongod.stop();
  await rm(folder, {recursive: true});
}
