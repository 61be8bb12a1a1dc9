import {existsSync, globSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import test from 'ava';

const pages = globSync('**/*.md', {exclude: ['**/node_modules/**', '.data/**']}).toSorted();

const withoutCode = (markdown: string): string =>
  markdown
    .replaceAll(/^ *```[\s\S]*?^ *```$/gmu, '')
    .replaceAll(/`[^`\n]*`/gu, code => code.replaceAll(/[[\]()]/gu, ''));

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  const headings = [...withoutCode(markdown).matchAll(/^#+ (.+)$/gmu)].map(([, text = '']) => text);
  return headings.map(text =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

const linksIn = (markdown: string): string[] =>
  [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)|(?:src|href|srcset)="([^"]+)"/gu)]
    .map(([, link, source]) => link ?? source ?? '')
    .filter(link => !/^[a-z]+:/u.test(link));

async function leadsSomewhere(page: string, link: string): Promise<boolean> {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(target)) return false;
  return anchor === undefined || anchorsOf(await readFile(target, 'utf8')).includes(anchor);
}

test('every relative link in a document leads to a file and heading', async t => {
  for (const page of pages) {
    for (const link of linksIn(await readFile(page, 'utf8')))
      t.true(await leadsSomewhere(page, link), `${page}: ${link}`);
  }
});

for (const link of ['nowhere.md', 'README.md#no-such-heading', '#no-such-heading']) {
  test(`a link to ${link} leads nowhere`, async t => {
    t.false(await leadsSomewhere('README.md', link));
  });
}

test('every test file that a document runs exists', async t => {
  for (const page of pages) {
    const commands = [...(await readFile(page, 'utf8')).matchAll(/npm run ava -- ([^`\n]+)/gu)];
    for (const [, files = ''] of commands) {
      for (const file of files.split(' ')) t.true(existsSync(file), `${page}: ${file}`);
    }
  }
});

/** The files with the titles of a command's claims. */
const titlesOf: Record<string, string[]> = {
  prove: ['verify/cluster/claims.ts', 'verify/cluster/disturbances/disturbances.ts'],
  faults: ['verify/faults/main.ts'],
};

test('every word by which a document chooses claims is in the title of one', async t => {
  for (const page of pages) {
    for (const [, command = '', word = ''] of (await readFile(page, 'utf8')).matchAll(
      /npm run (\w+) -- ([a-z]+)\b/gu,
    )) {
      const files = titlesOf[command];
      if (!files) continue;
      const text = (await Promise.all(files.map(file => readFile(file, 'utf8')))).join('\n');
      t.regex(text, new RegExp(`^ {2}\\['[^']*\\b${word}`, 'mu'), `${page}: ${word}`);
    }
  }
});

test('docs/api.md explains every error code of the services that it describes', async t => {
  const page = await readFile('docs/api.md', 'utf8');
  const described = [...page.matchAll(/^(\w+), port \d+/gmu)].map(([, name = '']) => `services/${name}/contract.ts`);

  t.true(described.length >= 2);
  for (const file of ['services/platform/errors.ts', ...described]) {
    const codes = [...(await readFile(file, 'utf8')).matchAll(/^ {2}code: '(\w+)',$/gmu)].map(([, code]) => code);
    for (const code of codes) t.regex(page, new RegExp(`^\\| \\d{3} +\\| \`${code}\``, 'mu'), `${file}: ${code}`);
  }
});

const reasons = ['What it is', 'Why it is so', 'What happens without it', 'The file', 'The command that shows it'];

test('every page of docs/why has the same five headings, and is short', async t => {
  for (const page of globSync('docs/why/*.md', {exclude: ['**/README.md']})) {
    const text = await readFile(page, 'utf8');

    t.deepEqual(
      [...text.matchAll(/^## (.+)$/gmu)].map(([, heading]) => heading),
      reasons,
      page,
    );
    const prose = text.split('\n').filter(line => !line.startsWith('|'));
    t.true(prose.length <= 46, page);
  }
});
