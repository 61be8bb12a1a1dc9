import {glob, readFile} from 'node:fs/promises';
import test from 'ava';

const documents = '{*.md,docs/**/*.md,k8s/**/*.{md,yaml},charts/*/{README.md,values.yaml,templates/NOTES.txt}}';

test('every documented upgrade of a chart keeps the values that were set before', async t => {
  const upgrades: string[] = [];
  for await (const file of glob(documents)) {
    const lines = (await readFile(file, 'utf8'))
      .split('\n')
      .filter(line => /helm upgrade \S+ charts\/\w+ /u.test(line));
    upgrades.push(...lines.map(line => `${file}: ${line.trim()}`));
  }

  t.true(upgrades.length > 5);
  t.deepEqual(
    upgrades.filter(line => !line.includes(' --reset-then-reuse-values')),
    [],
  );
});
