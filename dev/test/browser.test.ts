import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {firstExecutable, onPath} from '../../tools/fetch/executables.ts';
import {settingsOf, start} from './npm-start.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome'];
const chromium = process.env['CHROMIUM'] || (await firstExecutable(names.flatMap(name => onPath(name)))) || '';
const inBrowser = chromium ? test.serial : test.serial.skip;
const unless = chromium ? '' : ' (needs chromium, on PATH or named by CHROMIUM)';

const run = promisify(execFile);

/** Runs a scenario of drive-page.ts on the page of `npm start`, which sends its trickle. */
async function drive(t: ExecutionContext, ...scenario: string[]): Promise<void> {
  t.timeout(240_000);
  const {ports, env} = await settingsOf(t);
  // Nothing comes back unless its switch is pressed.
  const {stop} = await start(t, {...env, PAGE_TRICKLE_S: '600', RESTART_MS: '600000'});
  await driveAt(`http://localhost:${ports.PAGE_PORT}`, ...scenario);
  await stop();
}

async function driveAt(page: string, ...scenario: string[]): Promise<void> {
  const env = {...process.env, NODE_OPTIONS: '', CHROMIUM: chromium};
  await run(process.execPath, ['dev/test/drive-page.ts', page, ...scenario], {env});
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

for (const [scheme, width] of [
  ['light', 390],
  ['dark', 1280],
] as const) {
  inBrowser(`a call is tried in /docs, in ${scheme} at ${width} pixels${unless}`, async t => {
    t.timeout(240_000);
    const {ports, env} = await settingsOf(t);
    const {stop} = await start(t, env, ['users']);
    await t.notThrowsAsync(driveAt(`http://localhost:${ports.USERS_PORT}/docs`, 'readDocs', scheme, String(width)));
    await stop();
  });
}
