import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {serviceNames} from '../../../tools/services.ts';
import type {ProveConfig} from '../config.ts';
import {execute} from '../../lib/execute.ts';

export type Image = {repository: string; tag: string};
/** The image of each service. */
export type Images = Record<string, Image> & Record<'users' | 'orders', Image>;

export const nameOf = ({repository, tag}: Image): string => `${repository}:${tag}`;

/** Where an image of this name goes: to the registry of the run, if it has one. */
export const repositoryOf = (name: string, {PROVE_REGISTRY}: ProveConfig): string =>
  PROVE_REGISTRY ? `${PROVE_REGISTRY}/${name}` : name;

/** Builds the image of each service from a folder, and makes it available to the cluster. */
export async function buildImages(context: string, config: ProveConfig, folder = '.'): Promise<Images> {
  const tag = `prove-${Date.now().toString(36)}`;
  const images = Object.fromEntries(
    serviceNames.map(name => [name, {repository: repositoryOf(name, config), tag}]),
  ) as Images;
  for (const [service, image] of Object.entries(images)) {
    const file = join(folder, `Dockerfile.${service}`);
    await execute('docker', ['build', '--file', file, '--tag', nameOf(image), folder], {seconds: 600});
  }
  await deliver(context, Object.values(images));
  return images;
}

/** Builds the image of each service as it was at a commit or a tag, and makes it available to the cluster. */
export async function buildImagesOf(ref: string, context: string, config: ProveConfig): Promise<Images> {
  const folder = await mkdtemp(join(tmpdir(), 'before-'));
  try {
    await execute('git', ['worktree', 'add', '--quiet', '--detach', '--force', folder, ref]);
    return await buildImages(context, config, folder);
  } finally {
    await execute('git', ['worktree', 'remove', '--force', folder]);
  }
}

/** Gives the image another tag, and makes it available to the cluster. */
export async function retag(context: string, image: Image, tag: string): Promise<Image> {
  const tagged = {...image, tag};
  await copy(context, image, tagged);
  return tagged;
}

/** Makes an image available to the cluster under another name. Pulls it first if this machine does not have it. */
export async function copy(context: string, from: Image, to: Image): Promise<void> {
  await execute('docker', ['image', 'inspect', nameOf(from)]).catch(() =>
    execute('docker', ['pull', nameOf(from)], {seconds: 600}),
  );
  await execute('docker', ['tag', nameOf(from), nameOf(to)]);
  await deliver(context, [to]);
}

const KIND = 'kind-';

async function deliver(context: string, images: Image[]): Promise<void> {
  const names = images.map(nameOf);
  if (context.startsWith(KIND)) {
    await execute('kind', ['load', 'docker-image', '--name', context.slice(KIND.length), ...names], {seconds: 180});
    return;
  }
  for (const name of names) await execute('docker', ['push', name], {seconds: 300});
}

export async function removeImages(images: Image[]): Promise<void> {
  await execute('docker', ['rmi', '--force', ...images.map(nameOf)]);
}
