import {execFile} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {promisify} from 'node:util';
import {projectRenamer} from './make/project.ts';
import {packageJson} from './release/run.ts';

// `npm run drift -- RELEASE`: which files that belong to the release have been changed here.

/** What a project takes from the next release. The services and their charts are its own. */
const UPSTREAM = ['services/platform', 'charts/platform', 'charts/mongodb', 'tools'];

const git = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)('git', args, {maxBuffer: 64 * 1024 * 1024})).stdout;

const listed = (output: string): string[] => output.split('\n').filter(Boolean);

async function drift(release: string): Promise<string[]> {
  const theirs = JSON.parse(await git('show', `${release}:package.json`)) as {name: string};
  const rename = projectRenamer(theirs.name, (await packageJson()).name);
  const released = listed(await git('ls-tree', '-r', '--name-only', release, '--', ...UPSTREAM));
  const ours = listed(await git('ls-files', '--', ...UPSTREAM));
  const changed: string[] = [];
  for (const file of released.filter(name => ours.includes(name))) {
    const text = await git('show', `${release}:${file}`);
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
