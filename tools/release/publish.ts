import {readdir} from 'node:fs/promises';
import {serviceNames} from '../services.ts';
import {architectures, layoutOf} from './images.ts';
import {packageJson, run} from './run.ts';
import {billOf} from './scan.ts';

// `npm run release:publish -- REGISTRY [OPTION OF COSIGN …]`, after release:scan and charts:package, needs crane, cosign
// and helm, logged in to the registry. It imports no package, so that no installed code runs beside its credentials.

/**
 * Pushes the images and charts in dist, and signs each by its digest.
 * @param registry where to, as `registry.example/owner/repository`
 * @param signing options of cosign, such as `--key`; without any, it signs with the identity of the workflow
 */
async function publish(registry: string, signing: string[]): Promise<void> {
  const {version} = await packageJson();
  const charts = chartsIn(await readdir('dist/charts'), version);
  // GitHub takes capital letters in names, registries do not.
  const target = registry.toLowerCase();
  for (const service of serviceNames) await publishImage(service, `${target}/${service}`, version, signing);
  for (const chart of charts) await publishChart(chart, `${target}/charts`, version, signing);
}

/**
 * The names of the charts in these archives.
 * @throws an error if there is none, or one of another version.
 */
export function chartsIn(files: string[], version: string): string[] {
  const suffix = `-${version}.tgz`;
  const others = files.filter(file => !file.endsWith(suffix));
  if (others.length > 0) throw new Error(`dist/charts has ${others.join(', ')}, which is not of version ${version}`);
  if (files.length === 0) throw new Error('dist/charts is empty: npm run charts:package');
  return files.map(file => file.slice(0, -suffix.length)).toSorted();
}

async function publishImage(service: string, repository: string, version: string, signing: string[]): Promise<void> {
  const image = await run('crane', ['push', layoutOf(service), `${repository}:${version}`]);
  await run('cosign', ['sign', '--yes', '--recursive', ...signing, image]);
  for (const architecture of architectures) {
    const digest = await run('crane', ['digest', `--platform=linux/${architecture}`, image]);
    const bill = ['--type=cyclonedx', `--predicate=${billOf(service, architecture)}`];
    await run('cosign', ['attest', '--yes', ...bill, ...signing, `${repository}@${digest}`]);
  }
}

async function publishChart(chart: string, charts: string, version: string, signing: string[]): Promise<void> {
  await run('helm', ['push', `dist/charts/${chart}-${version}.tgz`, `oci://${charts}`]);
  const digest = await run('crane', ['digest', `${charts}/${chart}:${version}`]);
  await run('cosign', ['sign', '--yes', ...signing, `${charts}/${chart}@${digest}`]);
}

if (import.meta.main) {
  const [registry, ...signing] = process.argv.slice(2);
  if (!registry) throw new Error('Say where to: npm run release:publish -- registry.example/owner/repository');
  await publish(registry, signing);
}
