import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {findMongod} from '../../dev/find-mongod.ts';
import {mongoUrlAt, startMongod} from '../../dev/mongod.ts';
import {freePort} from '../../dev/ports.ts';

// Runs a command with a new MongoDB at TEST_MONGO_URL, and removes that MongoDB afterwards. Each test makes a database in it.
const [command, ...commandArguments] = process.argv.slice(2);
if (!command) throw new Error('usage: with-mongod.ts COMMAND [ARGUMENT …]');

const folder = await mkdtemp(join(tmpdir(), 'duet-test-'));
const binary = await findMongod(console.error);
const port = await freePort();
const mongod = await startMongod(binary, folder, port);
try {
  const env = {
    ...process.env,
    // The services run with this flag, so a dependency that needs `__proto__` must fail in tests.
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --disable-proto=throw`,
    TEST_MONGO_URL: mongoUrlAt(port),
    MONGOMS_SYSTEM_BINARY: binary,
  };
  const child = spawn(command, commandArguments, {stdio: 'inherit', env});
  // The terminal sends Ctrl-C to the command directly; this process stays to clean up after it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
} finally {
  await mongod.stop();
  await rm(folder, {recursive: true});
}
