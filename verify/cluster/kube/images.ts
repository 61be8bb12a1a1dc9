import type {ProveConfig} from '../config.ts';
import {execute} from '../../lib/execute.ts';

export type Image = {repository: string; tag: string};
export type Images = {users: Image; orders: Image};

export const nameOf = ({repository, tag}: Image): string => `${repository}:${tag}`;

/** Both services' images, built from this folder and brought to where the cluster finds them. */
export async function buildImages(context: string, config: ProveConfig): Promise<Images> {
  const tag = `prove-${Date.now().toString(36)}`;
  const prefix = config.PROVE_REGISTRY ? `${config.PROVE_REGISTRY}/` : '';
  const images = {users: {repository: `${prefix}users`, tag}, orders: {repository: `${prefix}orders`, tag}};
  for (const [service, image] of Object.entries(images)) {
    await execute('docker', ['build', '--file', `Dockerfile.${service}`, '--tag', nameOf(image), '.'], {seconds: 600});
  }
  await deliver(context, Object.values(images));
  return images;
}

/** The same image under another tag. */
export async function retag(context: string, image: Image, tag: string): Promise<Image> {
  const tagged = {...image, tag};
  await execute('docker', ['tag', nameOf(image), nameOf(tagged)]);
  await deliver(context, [tagged]);
  return tagged;
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
