import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import {text} from 'node:stream/consumers';

/**
 * Prints a command, runs it to its end, and returns what it wrote to standard output.
 * @throws an error if it cannot start or fails, so that a release ends at the first step that did not happen.
 */
export async function run(program: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  console.error(`> ${program} ${args.join(' ')}`);
  const running = spawn(program, args, {stdio: ['ignore', 'pipe', 'inherit'], env: {...process.env, ...env}});
  const [output, [code]] = await Promise.all([
    text(running.stdout),
    once(running, 'close') as Promise<[number | null]>,
  ]);
  if (code !== 0) throw new Error(`${program} ended with ${code ?? 'a signal'}`);
  return output.trim();
}

/** The name and version of everything here, and that of the Node that the tests run with. */
export async function packageJson(): Promise<{name: string; version: string; devDependencies: {node: string}}> {
  return JSON.parse(await readFile('package.json', 'utf8')) as {
    name: string;
    version: string;
    devDependencies: {node: string};
  };
}
