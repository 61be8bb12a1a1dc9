import {firstExecutable, onPath} from '../fetch/executables.ts';
import {fetchedHelm, fetchHelm, helmSource} from '../fetch/helm.ts';

const candidates = (): string[] => [...onPath('helm'), fetchedHelm()];

const HELP = `Found no helm. Any of these will do:
  1. HELM: the path of a helm
  2. helm on PATH
  3. ${helmSource}`;

/**
 * The path of a helm: the one that HELM names, or else the one on PATH, or else the one fetched before.
 * @throws an error that lists these places.
 */
export async function findHelm(): Promise<string> {
  const named = process.env['HELM'];
  if (named) return (await firstExecutable([named])) ?? fail(`HELM is ${named}, which cannot be run`);

  return (await firstExecutable(candidates())) ?? fail('None has been fetched: npm run charts fetches one');
}

/**
 * As `findHelm`, but fetches a helm where there is none. Called once before the tests, which run in parallel.
 * @throws an error that lists these places.
 */
export async function findOrFetchHelm(say: (line: string) => void): Promise<string> {
  if (!process.env['HELM'] && !(await firstExecutable(candidates()))) {
    await fetchHelm(say).catch((error: unknown) => fail(`Fetching it failed: ${(error as Error).message}`, error));
  }
  return findHelm();
}

function fail(reason: string, cause?: unknown): never {
  throw new Error(`${HELP}\n${reason}`, {cause});
}
