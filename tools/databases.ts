import {hasDatabase, readServices} from './services.ts';

/** The services that have a MongoDB, by name, in alphabetical order. */
export const servicesWithDatabase: readonly string[] = (await readServices())
  .filter(hasDatabase)
  .map(({name}) => name)
  .toSorted();
