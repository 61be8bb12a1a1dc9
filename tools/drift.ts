import {readFile} from 'node:fs/promises';
import {projectRenamer} from './make/project.ts';
import {linesIn, runnerIn} from './make/scratch.ts';
import {packageJson} from './release/run.ts';

// `npm run drift -- RELEASE`: which files that belong to the release have been changed here.

/** What a project takes from the next release. The services and their charts are its own. */
const UPSTREAM = ['services/platform', 'charts/platform', 'charts/mongodb', 'tools'];

const run = runnerIn('.');

async function drift(release: string): Promise<string[]> {
  const theirs = JSON.parse(await run('git', 'show', `${release}:package.json`)) as {name: string};
  const rename = projectRenamer(theirs.name, (await packageJson()).name);
  const released = linesIn(await run('git', 'ls-tree', '-r', '--name-only', release, '--', ...UPSTREAM));
  const ours = linesIn(await run('git', 'ls-files', '--', ...UPSTREAM));
  const changed: string[] = [];
  for (const file of released.filter(name => ours.includes(name))) {
    const text = await run('git', 'show', `${release}:${file}`);
    if (rename(text) !== (await readFile(file, 'utf8'))) changed.push(file);
  }
  return [
    ...changed.map(file => `changed ${file}`),
    ...released.filter(file => !ours.includes(file)).map(file => `removed ${file}`),
    ...ours.filter(file => !released.includes(file)).map(file => `added   ${file}`),
  ];
}

const [release] = process.argv.slice(2);
if (release === undefined) {
  console.error('npm run drift -- RELEASE, which is a tag or a commit of the release that this project came from');
  process.exitCode = 1;
} else {
  const lines = await drift(release);
  console.log([...lines, `files that differ from ${release}: ${lines.length}`].join('\n'));
}
