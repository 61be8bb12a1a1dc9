import {rm} from 'node:fs/promises';
import {serviceNames} from '../services.ts';
import {packageJson, run} from './run.ts';

// `npm run release:images -- SOURCE [MIRROR]` needs docker with buildx and a builder that can export an OCI layout, and
// crane.

export const architectures = ['amd64', 'arm64'] as const;

/** Where the image of a service is kept until it is published: an OCI layout with every architecture. */
export const layoutOf = (service: string): string => `dist/images/${service}`;

/** What an image is built from, and what it is labelled with. */
export type Origin = {base: string; source: string; revision: string; version: string};

/**
 * Builds the image of each service for every architecture into dist/images.
 * @param source where the code can be read, for a label
 * @param mirror a repository that has the base image, if it is not the one that the Dockerfiles name
 */
export async function buildImages(source: string, mirror = 'node'): Promise<void> {
  const {version, devDependencies} = await packageJson();
  const tag = `${mirror}:${devDependencies.node}-bookworm-slim`;
  const base = `${tag}@${await run('crane', ['digest', tag])}`;
  const origin = {base, source, revision: await run('git', ['rev-parse', 'HEAD']), version};
  // No file in an image is newer than the commit, so that a second build has the same layers.
  const env = {SOURCE_DATE_EPOCH: await run('git', ['log', '-1', '--format=%ct'])};
  // A layout keeps what it has.
  await rm('dist/images', {recursive: true, force: true});
  for (const service of serviceNames) await run('docker', buildCommand(service, origin), env);
}

/** The arguments of docker that build the image of a service. */
export function buildCommand(service: string, {base, source, revision, version}: Origin): string[] {
  const labels = {source, revision, version, 'base.name': base};
  return [
    'buildx',
    'build',
    `--file=Dockerfile.${service}`,
    `--platform=${architectures.map(architecture => `linux/${architecture}`).join(',')}`,
    `--build-arg=BASE=${base}`,
    ...Object.entries(labels).map(([name, value]) => `--label=org.opencontainers.image.${name}=${value}`),
    '--provenance=mode=max',
    `--output=type=oci,tar=false,rewrite-timestamp=true,dest=${layoutOf(service)}`,
    '.',
  ];
}

if (import.meta.main) {
  const [source, mirror] = process.argv.slice(2);
  if (!source) throw new Error('Say where the source is: npm run release:images -- URL');
  await buildImages(source, mirror);
}
