import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {delimiter, join} from 'node:path';

type Shim = {
  /** The program and the first of its words that are no options. */
  command: string;
  why: string;
  /** What runs before the program itself; without it the command does nothing. */
  does?: string;
};

/** What a page's command meets in place of the program. All else is run as it is written. */
export const shims: readonly Shim[] = [
  {command: 'npm ci', why: 'the copy has the node_modules of this checkout'},
  {command: 'npm test', why: 'it is what runs the pages'},
  {command: 'npm run ava', why: 'npm test runs it'},
  {command: 'npm run check', why: 'npm test runs it'},
  {command: 'npm run docs', why: 'it is what runs the pages'},
  {command: 'npm run audit', why: 'it asks a registry, and CI runs it before the tests'},
  {command: 'npm run bench', why: 'it takes minutes, and nothing else may run beside it'},
  {command: 'npm run defects', why: 'it takes minutes'},
  {command: 'npm run faults', why: 'it takes half an hour'},
  {command: 'npm run fuzz', why: 'it takes minutes, and npm test runs a short one'},
  {command: 'npm run third-party', why: 'it takes minutes, and CI runs it after the tests'},
  {command: 'npm run prove', why: 'it takes half an hour, and runs the pages on a cluster'},
  {command: 'kind create cluster', why: 'the cluster is there'},
  {command: 'kind delete cluster', why: 'others use the cluster'},
  {command: 'minikube start', why: 'the cluster is there'},
  {command: 'minikube delete', why: 'others use the cluster'},
  {command: 'pkill', why: 'it would end processes of others'},
  {
    command: 'curl',
    why: 'an error that the page does not show fails the block, although curl itself and a pipe would hide it',
    // With --fail the page judges itself.
    does: `case " $* " in *' -f'*|*' -sf'*|*' --fail'*) ;; *)
  PATH=$DOCS_PATH curl --dump-header "$DOCS_ANSWERS/$$" "$@" && exit
  code=$?
  echo "curl ended with $code: $*" >>"$DOCS_ANSWERS/$$"
  exit $code ;;
esac`,
  },
];

export type Shims = {
  env: NodeJS.ProcessEnv;
  /** What they did since they were asked last: the commands that they stood for, and the errors that curl met. */
  notes(): Promise<{listed: string[]; errors: string[]}>;
};

/** Makes a program for each name in the table; the environment has them first on PATH. */
export async function makeShims(folder: string): Promise<Shims> {
  const [programs, listed, answers] = ['bin', 'listed', 'answers'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const made of [programs, listed, answers]) await mkdir(made);
  for (const [program, its] of Map.groupBy(shims, ({command}) => command.split(' ')[0] ?? '')) {
    await writeFile(join(programs, program), scriptOf(program, its), {mode: 0o755});
  }
  // A reader has no programs of node_modules on PATH.
  const path = (process.env['PATH'] ?? '').split(delimiter).filter(folder => !folder.includes('node_modules'));
  return {
    env: {
      PATH: [programs, ...path].join(delimiter),
      DOCS_PATH: path.join(delimiter),
      DOCS_LISTED: listed,
      DOCS_ANSWERS: answers,
    },
    notes: async () => ({
      listed: (await take(listed)).flatMap(text => text.trim().split('\n')),
      errors: (await take(answers)).flatMap(text => text.match(/^(?:HTTP\S+ [45]|curl).*/gmu) ?? []),
    }),
  };
}

/** The texts of the folder's files, which are removed. */
async function take(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).map(name => join(folder, name));
  const texts = await Promise.all(files.map(file => readFile(file, 'utf8')));
  await Promise.all(files.map(file => rm(file)));
  return texts;
}

const scriptOf = (program: string, its: Shim[]): string => `#!/bin/sh
words=${program}
for word; do case $word in -*) ;; *) words="$words $word" ;; esac; done
case "$words " in
${its.map(caseOf).join('\n')}
esac
PATH=$DOCS_PATH exec ${program} "$@"
`;

const caseOf = ({command, why, does}: Shim): string =>
  `'${command} '*)\n${does ?? `echo '${command} (not run: ${why})' >"$DOCS_LISTED/$$"; exit`} ;;`;
