import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {until} from '../lib/until.ts';
import {groupOf} from './group.ts';

// A failure of the shell ends all that it started, and so does the end of this process, which closes its input.
const AT_THE_END = `trap '{ code=$?; set +x; trap "" TERM; kill 0; exit $code; } 2>/dev/null' EXIT`;

export type Session = {
  /** Runs the text and gives what it printed. @throws an error with its last words when it fails or takes too long. */
  run(text: string, seconds: number): Promise<string>;
  /** Starts the text and waits until the URL answers; gives nothing. @throws an error with its last words when it does not. */
  background(text: string, url: string, seconds: number): Promise<string>;
  /** Ends whatever still runs, and waits for it. @throws an error when it does not end. */
  end(): Promise<void>;
};

/** One `sh -e` that runs texts in order, with variables that stay; the folder is for its files. */
export function startSession(cwd: string, folder: string, env: NodeJS.ProcessEnv): Session {
  // The fourth pipe is for what runs in the background. Nothing is left running once all of them are closed.
  const shell = spawn('sh', ['-e'], {cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe', 'pipe']});
  const group = groupOf(shell);
  const marks = createInterface({input: shell.stdout})[Symbol.asyncIterator]();
  const said = {front: '', back: ''};
  shell.stderr.setEncoding('utf8').on('data', (text: string) => (said.front += text));
  shell.stdio[3]?.on('data', (chunk: Buffer) => (said.back += chunk.toString()));
  // A shell that has ended takes no more; its end is reported.
  shell.stdin.on('error', () => undefined).write(`${AT_THE_END}\n`);

  let count = 0;
  async function step(text: string, command: (file: string) => string, seconds: number): Promise<string> {
    const file = join(folder, String(count++));
    await writeFile(file, `${text}\n`);
    said.front = '';
    shell.stdin.write(`set -x; ${command(file)}\n{ set +x; } 2>/dev/null; echo\n`);
    const tooLong = setTimeout(group.end, seconds * 1000);
    const {done} = await marks.next();
    clearTimeout(tooLong);
    if (!done) return file;

    const why = group.isEnding() ? `not done after ${seconds} s` : 'failed';
    await group.closed;
    const printed = existsSync(`${file}.out`) ? await readFile(`${file}.out`, 'utf8') : '';
    // Its commands are among its complaints: the last one is the one that failed.
    throw new Error(`${why}\n${lastLines(printed)}${lastLines(said.front)}`);
  }

  return {
    async run(text, seconds) {
      // Commands must not read the rest of the session as their input.
      const file = await step(text, file => `. ${file} </dev/null >${file}.out`, seconds);
      return readFile(`${file}.out`, 'utf8');
    },
    async background(text, url, seconds) {
      said.back = '';
      const file = await step(text, inBackground, seconds);
      const hasFailed = () => existsSync(`${file}.failed`);
      const waiting = until(`an answer of ${url}`, seconds, async () => hasFailed() || (await answers(url)));
      const problem = await waiting.then(
        () => hasFailed() && `failed before ${url} answered`,
        (error: Error) => error.message,
      );
      if (problem) throw new Error(`${problem}\n${lastLines(said.back)}`);
      return '';
    },
    async end() {
      group.end();
      await group.closed;
    },
  };
}

// A failure leaves a file: the shell does not tell of it.
const inBackground = (file: string): string =>
  `(trap '[ $? = 0 ] || : >${file}.failed' EXIT; . ${file}) </dev/null >&3 2>&3 &`;

const lastLines = (text: string): string => text.split('\n').slice(-13).join('\n');

const answers = async (url: string): Promise<boolean> =>
  (await fetch(url, {signal: AbortSignal.timeout(5_000)})).status < 500;
