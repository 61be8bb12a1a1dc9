import {execute} from '../lib/execute.ts';
import type {Run} from './run.ts';

const FOLDER = 'verify/third-party/clients';

/** How each client starts. The first time, Go downloads a module and compiles. */
const commands = {
  go: ['go', 'run', '-C', `${FOLDER}/go`, '.'],
  java: ['java', `${FOLDER}/java/Client.java`],
} as const;

const PATIENCE_S = 300;

/** This client registers, logs in, orders and reads as docs/api.md says. It prints a line for each thing it checks. */
export const client =
  (language: keyof typeof commands) =>
  async ({system: {users, orders}, auth}: Run): Promise<string> => {
    const [program, ...args] = commands[language];
    const printed = await execute(program, [...args, users.url, orders.url, auth.mode], {seconds: PATIENCE_S});
    return `${printed.trim().split('\n').length} things checked`;
  };
