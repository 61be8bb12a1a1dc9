import {parseArgs} from 'node:util';
import {changeAtOnce, type Run} from './scratch.ts';

type Options = {calls?: string; plural?: string; 'no-database'?: boolean};

const kinds = {calls: 'string', plural: 'string', 'no-database': 'boolean'} as const;

/**
 * Runs a command that changes the repository by one name, at once or not at all, and prints the changed files. An error
 * is one sentence on standard error, and the exit code 1.
 */
export async function changeByName(
  usage: string,
  allowed: (keyof Options)[],
  work: (name: string, options: Options, folder: string, run: Run) => Promise<void>,
  advice: (name: string) => string | Promise<string>,
): Promise<void> {
  try {
    const given = Object.fromEntries(allowed.map(option => [option, {type: kinds[option]}]));
    const options = {...given, 'dry-run': {type: 'boolean'}} as const;
    const {values, positionals} = parseArgs({allowPositionals: true, options});
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0) throw new Error(usage);
    const {'dry-run': isDryRun, ...rest} = values as Options & {'dry-run'?: boolean};
    console.log(await changeAtOnce((folder, run) => work(name, rest, folder, run), isDryRun));
    if (!isDryRun) console.log(await advice(name));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}

/** Makes again what is made from the services and their charts. */
export async function remake(run: Run): Promise<void> {
  await run('npm', 'run', '--silent', 'generate');
  await run('npm', 'run', '--silent', 'k8s');
}
