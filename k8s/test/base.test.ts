import {readdir, readFile} from 'node:fs/promises';
import test from 'ava';
import {readServices} from '../../tools/services.ts';
import {renderBase} from '../base.ts';
import {overlays} from '../overlays.ts';

// stale? npm run k8s
test('k8s/base is what the charts render', async t => {
  const rendered = await renderBase();
  const committed: Record<string, string> = {};
  for (const file of await readdir('k8s/base')) committed[file] = await readFile(`k8s/base/${file}`, 'utf8');

  t.deepEqual(committed, rendered);
});

test('the overlays are what k8s/overlays.ts generates', async t => {
  for (const [file, text] of Object.entries(overlays(await readServices())))
    t.is(await readFile(file, 'utf8'), text, file);
});

test('k8s/base mounts secrets for the user and group of their pod', async t => {
  const modes = [
    ...Object.values(await renderBase())
      .join('\n')
      .matchAll(/defaultMode: (\S+)/gu),
  ].map(([, mode]) => mode);

  t.true(modes.length > 0);
  t.deepEqual(new Set(modes), new Set([String(0o440)]));
});

test('k8s/base contains no secret and nothing of helm', async t => {
  const text = Object.values(await renderBase()).join('\n');

  t.notRegex(text, /kind: Secret\n|helm/u);
});
