import {execFile} from 'node:child_process';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

type Manifest = {name: string; devDependencies?: object};
type Lock = {packages: Record<string, object>};

/**
 * A CycloneDX document of the packages in the images. `npm sbom --omit dev` leaves out each package that a development
 * dependency needs as well, zod among them. So npm sees a manifest without development dependencies.
 */
export async function softwareBill(): Promise<string> {
  const {devDependencies: _, ...manifest} = JSON.parse(await readFile('package.json', 'utf8')) as Manifest;
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as Lock;
  const production = {...lock, packages: {...lock.packages, '': manifest}};

  const temporary = await mkdtemp(join(tmpdir(), 'duet-sbom-'));
  try {
    // npm names the document after the folder.
    const folder = join(temporary, manifest.name);
    await mkdir(folder);
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
    await writeFile(join(folder, 'package-lock.json'), JSON.stringify(production));

    const {stdout} = await run('npm', ['sbom', '--package-lock-only', '--sbom-format=cyclonedx'], {
      cwd: folder,
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout;
  } finally {
    await rm(temporary, {recursive: true});
  }
}

if (import.meta.main) process.stdout.write(await softwareBill());
