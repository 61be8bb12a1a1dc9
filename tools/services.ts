import {globSync} from 'node:fs';
import {basename, dirname} from 'node:path';

/** The services of this repository by name: every folder of `services` with a main.ts, in alphabetical order. */
export const serviceNames: readonly string[] = globSync('services/*/main.ts')
  .map(file => basename(dirname(file)))
  .toSorted();
