import test from 'ava';
import {helm} from '../../tools/helm/run.ts';
import {NAMESPACE, renderValues} from '../../verify/lib/charts/render.ts';
import {containersOf, podsOf} from './pods.ts';

const withOptions = (chart: string, options: string[]): Promise<string> =>
  helm(['template', 'duet', `charts/${chart}`, '--namespace', NAMESPACE, ...options]);

const imagesIn = (text: string): string[] => [...text.matchAll(/^ *image: (\S+)$/gmu)].map(([, image = '']) => image);

/** A git SHA can consist of digits only, and then `--set` makes a number of it. */
const tags: [option: string, tag: string][] = [
  ['--set', '0'],
  ['--set', '1'],
  ['--set', '1234567'],
  ['--set', '123456789012'],
  ['--set', '0123456'],
  ['--set', '12e4567'],
  ['--set-string', '1234567'],
  ['--set-string', '0123456'],
];

for (const [option, tag] of tags) {
  test(`${option} image.tag=${tag} is printed as it was written`, async t => {
    const traced = ['--set', 'tracing.endpoint=http://collector:4318'];
    const text = await withOptions('users', [option, `image.tag=${tag},mongodb.image.tag=${tag}`, ...traced]);

    t.deepEqual([...new Set(imagesIn(text))].toSorted(), [`mongo:${tag}`, `users:${tag}`]);
    t.true(text.includes(`service.version=${tag},`));
  });
}

test('the umbrella takes a number as the tag of each image', async t => {
  const text = await withOptions('duet', ['--set', 'users.image.tag=1234567,orders.image.tag=2']);

  t.true(imagesIn(text).includes('users:1234567'));
  t.true(imagesIn(text).includes('orders:2'));
});

test('a number in a values file is printed without an exponent', async t => {
  const rendered = await renderValues('users', {image: {tag: 123456789012}, mongodb: {image: {tag: 1234567}}});
  const images = podsOf(rendered.map(({object}) => object)).flatMap(containersOf);

  t.deepEqual(new Set(images.map(({image}) => image)), new Set(['users:123456789012', 'mongo:1234567']));
});
