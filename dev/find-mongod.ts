import {firstExecutable, onPath} from '../tools/fetch/executables.ts';
import {fetchedMongod, fetchMongod, mongodSources} from '../tools/fetch/mongod.ts';
import {servicesWithDatabase} from '../tools/databases.ts';
import {prefixOf} from '../tools/services.ts';

const urls = servicesWithDatabase.map(name => `${prefixOf(name)}_MONGO_URL`).join(' and ');
const ways = [
  `${urls}: connection strings of your own MongoDBs, which must be replica sets`,
  'MONGOMS_SYSTEM_BINARY: the path of a mongod',
  'a mongod on PATH',
  ...mongodSources.map(source => `${source}; tried just now`),
].map((way, index) => `  ${index + 1}. ${way}`);
const HELP = ['Found no mongod and could not fetch one. Any of these will do:', ...ways].join('\n');

/**
 * The path of a mongod, from the first place that has one: MONGOMS_SYSTEM_BINARY (or else PATH), the cache, the network.
 * @throws an error that lists these places.
 */
export async function findMongod(say: (line: string) => void): Promise<string> {
  return (await installedMongod()) ?? (await fetchedMongod()) ?? (await fetchMongod(say, HELP));
}

async function installedMongod(): Promise<string | undefined> {
  const named = process.env['MONGOMS_SYSTEM_BINARY'];
  return firstExecutable(named ? [named] : onPath('mongod'));
}
