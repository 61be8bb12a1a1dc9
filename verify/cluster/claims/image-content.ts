import {nameOf, type Image} from '../kube/images.ts';
import {execute} from '../../lib/execute.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect} from '../../lib/until.ts';

/** Not `-writable`: the container is read-only. */
const WRITABLE = 'find /app ! -type l "(" ! -user root -o -perm /o+w ")"';

/** About a thousand. What another version of Node compiled, or belongs to another user, is not used and not counted. */
const COMPILED = 'ls "$(node --print "require(\\"module\\").getCompileCacheDir()")" | wc -l';
const FEWEST_COMPILED = 500;

/**
 * Each image holds only its service and the platform with their compiled code, no tests and no development tools, and runs
 * as a user who can write none of it.
 */
export async function imageContent({images}: Cluster): Promise<string> {
  for (const [service, image] of Object.entries(images)) {
    expect(`services in ${nameOf(image)}`, await list(image, 'ls services'), ['platform', service].toSorted());
    expect(`tests in ${nameOf(image)}`, await list(image, 'find services -name "*test*"'), []);
    expect(
      `tools in ${nameOf(image)}`,
      await list(image, 'ls node_modules | grep -xE "ava|typescript|oxlint" || true'),
      [],
    );
    expect(`files in ${nameOf(image)} that can be written`, await list(image, WRITABLE), []);
    const [compiled] = await list(image, COMPILED);
    expect(`enough compiled files in ${nameOf(image)}`, Number(compiled) > FEWEST_COMPILED, true);
    expect(`user of ${nameOf(image)}`, await list(image, 'id -u'), ['1000']);
  }
  return 'each holds its service and the platform, compiled, no tests, no development tools, and runs as user 1000';
}

async function list(image: Image, command: string): Promise<string[]> {
  const output = await execute('docker', [
    'run',
    '--rm',
    '--read-only',
    '--network=none',
    nameOf(image),
    'sh',
    '-c',
    command,
  ]);
  return output.split('\n').filter(Boolean).toSorted();
}
