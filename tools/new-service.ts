import {servicesWithDatabase} from './databases.ts';
import {changeByName, remake} from './make/command.ts';
import {wordsOf, type Words} from './make/names.ts';
import {checkFree, copyTemplate} from './make/service.ts';
import {serviceNames} from './services.ts';

// `npm run new-service -- NAME`: another service, which is a copy of orders with other words.

await changeByName(
  'npm run new-service -- NAME [--plural NAMES] [--calls SERVICES] [--no-database] [--dry-run]',
  ['calls', 'plural', 'no-database'],
  async (name, {calls = 'users', plural, 'no-database': isWithoutDatabase = false}, folder, run) => {
    const words = wordsOf(name, plural);
    await checkFree(words, run);
    await copyTemplate({words, neighbours: neighboursIn(calls), hasDatabase: !isWithoutDatabase}, folder, run);
    await run('npm', 'exec', '--', 'oxfmt', `services/${words.many}`, 'observability/services');
    await remake(run);
  },
  () => `
It is a copy of orders, with a fixed domain: change contract.ts, then what tsc and the tests name.
It asks users whether a buyer exists, and the services of --calls whether they have what it is for.
With --no-database it stores nothing: it answers a POST with a total, and has no MongoDB anywhere.
Run \`npm test\`: its tests, its chart, its policies, its alerts and its dashboard are checked from now on.
\`npm run prove\` installs it, rolls it and tests it on a cluster, and \`npm start\` runs it.
\`npm run faults\` does not know it.`,
);

/** The services of `--calls` besides users. @throws an error for one that does not exist or has nothing to ask for. */
function neighboursIn(calls: string): Words[] {
  const neighbours = calls.split(',').filter(called => called !== 'users');
  for (const name of neighbours) {
    if (!serviceNames.includes(name)) throw new Error(`--calls ${calls}: ${name} is no service`);
    if (!servicesWithDatabase.includes(name))
      throw new Error(`--calls ${calls}: ${name} has no database, so nothing to ask it for`);
  }
  return neighbours.map(name => wordsOf(name));
}
