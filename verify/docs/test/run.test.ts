import {readFile} from 'node:fs/promises';
import test from 'ava';
import {until} from '../../lib/until.ts';
import type {Kind} from '../blocks.ts';
import {pagesWith} from '../pages.ts';
import {here, runPage, type Place} from '../run.ts';
import {shims} from '../shims.ts';

/** What the run says of each block of the page, after the page's name. */
async function run(name: string, {kind = 'local', ...place}: Partial<Place> & {kind?: Kind} = {}): Promise<string[]> {
  const lines: string[] = [];
  const file = `verify/docs/test/pages/${name}.md`;
  for (const page of await pagesWith(kind, [file])) {
    await runPage(page, {...here, ...place}, line => lines.push(line.slice(file.length)));
  }
  return lines;
}

test('the blocks of a page run in one shell, beside what they started, and print what the page shows', async t => {
  const lines = await run('right');

  t.deepEqual(lines, [
    ':5 runs; npm ci (not run: the copy has the node_modules of this checkout)',
    ':12 runs, until http://localhost:4711/api',
    ':24 runs, prints what is shown',
    ':32 runs, prints what is shown',
    ':40 runs, prints what is shown',
    ':55 is not run: there is no such registry',
    ':62 runs, after mkdir data, as ls | grep -x data; exit_code=$?',
    ':68 runs',
  ]);
});

test('what a page started ends with the page', async t => {
  const {message} = await t.throwsAsync(run('left'));

  const [, pid] = /process (\d+)/u.exec(message) ?? [];
  await t.notThrowsAsync(until('its end', 30, async () => !isThere(Number(pid))));
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const mistakes: [what: string, page: string, message: RegExp][] = [
  [
    'a wrong path',
    'wrong-path',
    /^\S+wrong-path\.md:3: failed\n[^]*\+ ls services\/user\n.*cannot access 'services\/user'/u,
  ],
  ['a wrong flag', 'wrong-flag', /^\S+wrong-flag\.md:3: failed\n[^]*\+ ls --recursively services\n/u],
  ['a wrong answer', 'wrong-answer', /^\S+wrong-answer\.md:3: it shows\n.*"paid"[^]*but prints\n.*"pending"/u],
  ['a call that is refused, in a pipe', 'refused', /^\S+refused\.md:15: HTTP\/1\.1 404 Not Found/u],
  ['a server that does not start', 'ended', /^\S+ended\.md:5: failed before http:\/\/localhost:4711[^]*nothing\.js/u],
];

for (const [what, page, message] of mistakes) {
  test(`a page with ${what} fails with its line and the last words`, async t => {
    await t.throwsAsync(run(page), {message});
  });
}

test('a block that takes too long is ended, with all that it started', async t => {
  const start = performance.now();

  await t.throwsAsync(run('never', {seconds: 1}), {
    message: /never\.md:3: not done after 1 s\nwaiting\n[^]*\+ sleep 600/u,
  });

  t.true(performance.now() - start < 30_000);
});

test('a page ends when its run is stopped', async t => {
  await t.throwsAsync(run('never', {signal: AbortSignal.timeout(2_000)}), {message: /not done|aborted/u});
});

test('the blocks for a cluster run apart from the others', async t => {
  await t.throwsAsync(run('right', {kind: 'cluster', env: {KUBECONFIG: 'none'}}), {
    message: /right\.md:74: failed\n[^]*\+ kubectl create configmap/u,
  });
});

test('every script that is not run for a page is one of package.json', async t => {
  const {scripts} = JSON.parse(await readFile('package.json', 'utf8')) as {scripts: Record<string, string>};
  const named = shims.flatMap(({command}) => /^npm (?:run )?(?<script>\S+)$/u.exec(command)?.groups?.['script'] ?? []);

  t.deepEqual(
    named.filter(script => script !== 'ci' && !(script in scripts)),
    [],
  );
});
