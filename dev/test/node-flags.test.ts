import {execFile} from 'node:child_process';
import {mkdir, mkdtemp, readFile, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {serviceNames} from '../../tools/services.ts';
import {nodeFlags} from '../node-flags.ts';

const run = promisify(execFile);

/** What this expression gives, or the code of its error, in a process with the flags of a service. */
async function asService(expression: string, env: Record<string, string> = {}): Promise<string> {
  const code = `let said; try { said = ${expression}; } catch (error) { said = error.code; } console.log(said);`;
  const {stdout} = await run(process.execPath, [...nodeFlags(env), '--eval', code]);
  return stdout.trim();
}

for (const [what, expression, answer] of [
  ['read another file', `fs.readFileSync('/etc/hostname', 'utf8')`, 'ERR_ACCESS_DENIED'],
  ['write', `fs.writeFileSync('services/new.ts', '')`, 'ERR_ACCESS_DENIED'],
  ['start a program', `child_process.execFileSync('true')`, 'ERR_ACCESS_DENIED'],
  ['start a thread', `new worker_threads.Worker('', {eval: true})`, 'ERR_ACCESS_DENIED'],
  ['reach a prototype by __proto__', `({}).__proto__`, 'ERR_PROTO_ACCESS'],
] as const) {
  test(`a service cannot ${what}`, async t => {
    t.is(await asService(expression), answer);
  });
}

/** A file as Kubernetes mounts it: behind two symbolic links. */
async function mountedFile(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'duet-mount-'));
  t.teardown(() => rm(folder, {recursive: true}));
  await mkdir(join(folder, '..2026'));
  await writeFile(join(folder, '..2026', 'uri'), 'mongodb://mounted');
  await symlink('..2026', join(folder, '..data'));
  await symlink(join('..data', 'uri'), join(folder, 'uri'));
  return join(folder, 'uri');
}

test('a service can read the file that a setting names, and no other there', async t => {
  const file = await mountedFile(t);
  const env = {MONGO_URL_FILE: file};

  t.is(await asService(`fs.readFileSync('${file}', 'utf8')`, env), 'mongodb://mounted');
  t.is(await asService(`fs.readFileSync('${join(file, '..', 'other')}', 'utf8')`, env), 'ERR_ACCESS_DENIED');
});

const HEAP = ['--max-old-space-size-percentage=60', '--max-semi-space-size=16'];

for (const service of serviceNames) {
  test(`the image of ${service} has the same flags, a compile cache, and limits the heap so that other memory has room`, async t => {
    const file = await readFile(`Dockerfile.${service}`, 'utf8');
    const command = JSON.parse(file.slice(file.lastIndexOf('CMD') + 3).replaceAll('\\\n', '')) as string[];
    const withoutPaths = (flags: string[]) => new Set(flags.map(flag => flag.replace(/=\/.*/u, '')));

    t.deepEqual(withoutPaths(command.slice(1, -1)), withoutPaths([...nodeFlags({}), '--allow-fs-write', ...HEAP]));
    t.deepEqual(
      command.filter(flag => flag.startsWith('--allow-fs-write')),
      ['--allow-fs-write=/app/.compiled'],
    );
    t.is(command.at(-1), `services/${service}/main.ts`);
  });
}
