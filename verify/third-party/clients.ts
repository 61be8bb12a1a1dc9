import {join} from 'node:path';
import {execute} from '../lib/execute.ts';
import type {Run} from './run.ts';

const FOLDER = 'verify/third-party/clients';

/** How each client starts. The first time, Go downloads a module and compiles. */
const commands = {
  go: () => ['go', 'run', '-C', `${FOLDER}/go`, '.'],
  java: () => ['java', `${FOLDER}/java/Client.java`],
  python: ({programs}: Run) => [join(programs, 'python'), `${FOLDER}/python/client.py`],
} as const;

const PATIENCE_S = 300;

/** This client registers, logs in, orders and reads as docs/api.md says. It prints a line for each thing it checks. */
export const client =
  (language: keyof typeof commands) =>
  async (run: Run): Promise<string> => {
    const [program = '', ...args] = commands[language](run);
    const {users, orders} = run.system;
    const printed = await execute(program, [...args, users.url, orders.url, run.auth.mode], {seconds: PATIENCE_S});
    return `${printed.trim().split('\n').length} things checked`;
  };
