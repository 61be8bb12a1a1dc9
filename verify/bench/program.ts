import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {open, readFile} from 'node:fs/promises';
import {stop} from '../../dev/process.ts';

/** A process that ends with the benchmark. */
export type Program = {
  /** Sends a message, and resolves with the answer. Each program has one kind of answer. */
  ask<Answer>(): Promise<Answer>;
  /** Rejects with the last line of its output when the process ends. */
  died: Promise<never>;
  stop(): Promise<void>;
};

type Options = {output: string; env?: Record<string, string>; imports?: string[]};

/** Runs a file with only PATH from this environment. Its output is appended to the file `output`. */
export async function startProgram(file: string, {output, env = {}, imports = []}: Options): Promise<Program> {
  const log = await open(output, 'a');
  // In a new process group, so that Ctrl-C in the terminal reaches this process only.
  const child = spawn(process.execPath, [...imports.flatMap(module => ['--import', module]), file], {
    detached: true,
    stdio: ['ignore', log.fd, 'inherit', 'ipc'],
    env: {PATH: process.env['PATH'], NODE_ENV: 'production', ...env},
  });
  await log.close();

  const died = once(child, 'exit').then(async ([code, signal]) => {
    throw new Error(`${file} ended with ${String(code ?? signal)}: ${await lastLineOf(output)}`);
  });
  died.catch(() => undefined);
  return {
    ask: <Answer>() => Promise.race([ask(child) as Promise<Answer>, died]),
    died,
    stop: () => stop(child, 5_000),
  };
}

async function ask(child: ChildProcess): Promise<unknown> {
  const answer = once(child, 'message');
  child.send('?');
  const [message] = (await answer) as unknown[];
  return message;
}

const lastLineOf = async (file: string): Promise<string> =>
  (await readFile(file, 'utf8')).trim().split('\n').at(-1) ?? '';
