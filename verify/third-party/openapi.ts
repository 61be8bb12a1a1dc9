import {execFile} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import type {Run} from './run.ts';

type Document = {components: {securitySchemes?: object}; paths: Record<string, Record<string, {security?: object}>>};

/** How long schemathesis may take for one service, in seconds. */
const PATIENCE_S = 600;

/** schemathesis, which makes requests from openapi.json, finds no answer that contradicts it. */
export const openapi =
  (service: 'users' | 'orders') =>
  async ({system, auth, programs, config}: Run): Promise<string> => {
    const {url, api} = system[service];
    const document = await api.get('openapi.json').json<Document>();
    const folder = await mkdtemp(join(tmpdir(), 'duet-third-party-'));
    const file = join(folder, 'openapi.json');
    await writeFile(file, JSON.stringify(auth.mode === 'open' ? withoutSecurity(document) : document));
    try {
      // With this spelling: schemathesis leaves out the header to see whether calls without it are refused.
      const {authorization} = auth.admin;
      const headers = authorization === undefined ? [] : ['--header', `Authorization: ${authorization}`];
      const examples = ['--max-examples', String(config.THIRD_PARTY_EXAMPLES)];
      const seed = ['--seed', String(config.THIRD_PARTY_SEED)];
      const target = ['run', file, '--url', url];
      const output = await schemathesis(programs, folder, [...target, ...headers, ...examples, ...seed]);
      return /\d+ generated.*/u.exec(output)?.[0] ?? output.slice(-200);
    } finally {
      await rm(folder, {recursive: true});
    }
  };

/** With AUTH=open, tokens are ignored, as the document says in words. schemathesis reads only the requirement. */
function withoutSecurity({components: {securitySchemes: _, ...components}, paths, ...document}: Document): object {
  const open = Object.entries(paths).map(([path, operations]) => [
    path,
    Object.fromEntries(Object.entries(operations).map(([method, {security: _, ...rest}]) => [method, rest])),
  ]);
  return {...document, components, paths: Object.fromEntries(open) as object};
}

const OPTIONS = ['--continue-on-failure', '--no-shrink', '--suppress-health-check', 'all', '--warnings', 'off'];

/** Runs schemathesis in a folder, where it also writes. @throws an error with what it found. */
async function schemathesis(programs: string, folder: string, args: string[]): Promise<string> {
  const config = join(import.meta.dirname, 'schemathesis.toml');
  try {
    const all = ['--config-file', config, ...args, ...OPTIONS];
    const options = {cwd: folder, timeout: PATIENCE_S * 1000, maxBuffer: 64 * 1024 * 1024};
    return (await promisify(execFile)(join(programs, 'st'), all, options)).stdout;
  } catch (error) {
    const {stdout = '', message} = error as Error & {stdout?: string};
    const found = /^=+ (?:FAILURES|ERRORS) =+$[^]*/mu.exec(stdout)?.[0] ?? `${message} ${stdout.slice(-500)}`;
    throw new Error(found, {cause: error});
  }
}
