import test from 'ava';
import {blocksOf} from '../blocks.ts';

test('a page has its blocks of sh in order, each with its line, its comments and the output below it', t => {
  const page = `# Title

\`\`\`sh
npm start
\`\`\`

\`\`\`json
{}
\`\`\`

<!-- cluster -->
<!-- background: until http://localhost:3001 -->

\`\`\`sh
kubectl port-forward service/users 3001:80
\`\`\`

1. A step:

   <!-- not run: there is
        no registry -->

   \`\`\`sh
   docker push \\
     users:1
   \`\`\`
`;

  t.deepEqual(blocksOf(page, 'README.md'), [
    {place: 'README.md:3', kind: 'local', text: 'npm start\n', shown: {language: 'json', text: '{}\n'}},
    {
      place: 'README.md:14',
      kind: 'cluster',
      text: 'kubectl port-forward service/users 3001:80\n',
      until: 'http://localhost:3001',
    },
    {
      place: 'README.md:23',
      kind: 'local',
      text: 'docker push \\\n  users:1\n',
      notRun: 'there is\n        no registry',
    },
  ]);
});

test('a block of JSON after a sentence is not the output of the block before it', t => {
  const [block] = blocksOf('```sh\nls\n```\n\nThe settings:\n\n```json\n{}\n```\n', 'page.md');

  t.is(block?.shown, undefined);
});

test('a block inside a longer fence is an example, and is not run', t => {
  t.deepEqual(blocksOf('````md\n```sh\nls\n```\n````\n', 'page.md'), []);
});

for (const [what, page] of [
  ['a reason is missing', '<!-- not run -->\n\n```sh\nls\n```\n'],
  ['a comment is misspelt', '<!-- clutser -->\n```sh\nls\n```\n'],
  ['a block in the background shows its output', '<!-- background: until URL -->\n```sh\nls\n```\n```text\na\n```\n'],
  ['a block is of another shell', '```bash\nls\n```\n'],
] as const) {
  test(`a page is refused where ${what}`, t => {
    t.throws(() => blocksOf(page, 'page.md'), {message: /^page\.md:\d/u});
  });
}
