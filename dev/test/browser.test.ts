import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {firstExecutable, onPath} from '../../tools/fetch/executables.ts';
import {freePort} from '../ports.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome'];
const chromium = process.env['CHROMIUM'] || (await firstExecutable(names.flatMap(name => onPath(name)))) || '';
const inBrowser = chromium ? test.serial : test.serial.skip;
const unless = chromium ? '' : ' (needs chromium, on PATH or named by CHROMIUM)';

const run = promisify(execFile);

/** The settings of `npm start` on free ports, with a page. */
async function settingsOf(t: ExecutionContext): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'page-'));
  t.teardown(() => rm(folder, {recursive: true, force: true}));
  const settings = ['USERS', 'ORDERS'].flatMap(name =>
    ['PORT', 'OPS_PORT', 'MONGO_PORT'].map(kind => `${name}_${kind}`),
  );
  const ports = await Promise.all(
    [...settings, 'PAGE_PORT'].map(async setting => [setting, String(await freePort())] as const),
  );
  // Nothing comes back unless its switch is pressed.
  return {...Object.fromEntries(ports), DATA_FOLDER: folder, RESTART_MS: '600000'};
}

/** Runs a scenario of drive-page.ts on the page of `npm start`. */
async function drive(t: ExecutionContext, ...scenario: string[]): Promise<void> {
  t.timeout(240_000);
  const settings = await settingsOf(t);
  const child = spawn(process.execPath, ['dev/main.ts', 'users', 'orders'], {
    env: {...process.env, ...settings},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  t.teardown(async () => {
    child.kill('SIGINT');
    await closed;
  });
  let said = '';
  for await (const chunk of child.stdout.setEncoding('utf8').iterator({destroyOnReturn: false})) {
    said += String(chunk);
    if (said.includes('Ctrl-C stops everything.')) break;
  }
  child.stdout.resume();
  const env = {...process.env, NODE_OPTIONS: '', CHROMIUM: chromium};
  await run(process.execPath, ['dev/test/drive-page.ts', `http://localhost:${settings['PAGE_PORT']}`, ...scenario], {
    env,
  });
}

inBrowser(`the page shows each promise kept while users is dead, and afterwards${unless}`, async t => {
  await t.notThrowsAsync(drive(t, 'killUsers'));
});

inBrowser(`the trace of an order is a waterfall of seven spans in both services${unless}`, async t => {
  await t.notThrowsAsync(drive(t, 'readTrace'));
});

for (const [scheme, width] of [
  ['light', 360],
  ['light', 768],
  ['dark', 1280],
] as const) {
  inBrowser(`axe finds nothing serious, and nothing is cut off, in ${scheme} at ${width} pixels${unless}`, async t => {
    await t.notThrowsAsync(drive(t, 'judgeLooks', scheme, String(width)));
  });
}
