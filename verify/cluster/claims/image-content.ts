import {nameOf, type Image} from '../kube/images.ts';
import {execute} from '../../lib/execute.ts';
import type {Cluster} from '../kube/cluster.ts';
import {expect} from '../../lib/until.ts';

/** Each image holds its own service and the platform's code, no test and nothing for development, and is no root. */
export async function imageContent({images}: Cluster): Promise<string> {
  for (const [service, image] of Object.entries(images)) {
    expect(`services in ${nameOf(image)}`, await list(image, 'ls services'), ['platform', service].toSorted());
    expect(`tests in ${nameOf(image)}`, await list(image, 'find services -name "*test*"'), []);
    expect(
      `tools in ${nameOf(image)}`,
      await list(image, 'ls node_modules | grep -xE "ava|typescript|oxlint" || true'),
      [],
    );
    expect(`user of ${nameOf(image)}`, await list(image, 'id -u'), ['1000']);
  }
  return 'each holds its service and platform, no test, no tool for development, and runs as user 1000';
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
