import {execFile} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {promisify} from 'node:util';
import test from 'ava';
import {Registry} from 'prom-client';
import {AppError} from '#platform/errors.ts';
import {createDerive} from '../hashing.ts';

const derivation = {nonce: randomBytes(16), tagLength: 32, memory: 1_024, passes: 1, parallelism: 1};

async function valuesOf(registry: Registry, name: string): Promise<Record<string, number>> {
  const metric = (await registry.getMetricsAsJSON()).find(each => each.name === name);
  return Object.fromEntries((metric?.values ?? []).map(({labels, value}) => [labels['outcome'] ?? '', value]));
}

for (const [cores, atOnce] of [
  [1, 1],
  [2, 1],
  [4, 3],
  [16, 4],
] as const) {
  test(`on ${cores} cores, ${atOnce} hashes run at once, 64 wait, and more are refused as overloaded`, async t => {
    const registry = new Registry();
    const derive = createDerive(registry, cores);

    const hashes = Array.from({length: atOnce + 64 + 3}, () => derive('correct horse', derivation));
    const waiting = await valuesOf(registry, 'password_hashes_waiting');
    const settled = await Promise.allSettled(hashes);

    const rejected = settled.filter(outcome => outcome.status === 'rejected');
    t.deepEqual(waiting, {'': 64});
    t.deepEqual(
      rejected.map(({reason}) => reason instanceof AppError && reason.kind.code),
      Array(3).fill('overloaded'),
    );
    t.deepEqual(await valuesOf(registry, 'password_hashes_total'), {run: atOnce + 64, rejected: 3});
  });
}

test('an error in a hash is not reported as overload', async t => {
  const derive = createDerive(new Registry());

  await t.throwsAsync(derive('correct horse', {...derivation, memory: 1}), {code: 'ERR_OUT_OF_RANGE'});
});

const GROWTH = `
  import {Registry} from 'prom-client';
  import {createDerive} from './services/users/hashing.ts';
  import {createPasswords} from './services/users/passwords.ts';
  const passwords = createPasswords(createDerive(new Registry()));
  const before = process.memoryUsage.rss();
  for (let hashes = 0; hashes < 40; hashes++) await passwords.hash('correct horse');
  console.log((process.memoryUsage.rss() - before) / 2 ** 20);`;

test('with the settings of its image, users frees the memory of its hashes', async t => {
  const file = await readFile('Dockerfile.users', 'utf8');
  const image = file.slice(file.lastIndexOf('FROM'));
  const settings = [...image.matchAll(/(MALLOC_MMAP_THRESHOLD_)=(\d+)/gu)].map(([, name, value]) => [name, value]);
  const env = {...process.env, ...Object.fromEntries(settings), UV_THREADPOOL_SIZE: '8'};

  const {stdout} = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', GROWTH], {env});

  // A hash takes 19 MiB, and each of the eight threads would keep as much.
  t.true(Number(stdout) < 60, stdout);
});
