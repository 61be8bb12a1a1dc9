import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {findHelm} from '../helm/find.ts';

/** Hides every installed program. AVA gives each test file its own environment. */
async function onEmptyMachine(t: ExecutionContext): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'empty-'));
  t.teardown(() => rm(folder, {recursive: true}));
  Object.assign(process.env, {HELM: '', PATH: folder, XDG_CACHE_HOME: folder});
}

const THE_WAYS = /1\. HELM.*\n.*2\. helm on PATH\n.*3\. the npm package/u;

test.serial('HELM decides which helm is used', async t => {
  await onEmptyMachine(t);
  process.env['HELM'] = process.execPath;

  t.is(await findHelm(), process.execPath);
});

test.serial('a HELM that cannot be executed is an error, even if another helm could', async t => {
  process.env['HELM'] = '/nowhere/helm';

  const error = await t.throwsAsync(findHelm(), {message: THE_WAYS});

  t.regex(error?.message ?? '', /HELM is \/nowhere\/helm, which cannot be run/u);
});

test.serial('without a helm, the error lists the ways to provide one', async t => {
  await onEmptyMachine(t);

  await t.throwsAsync(findHelm(), {message: THE_WAYS});
});
