import {changeByName, remake} from './make/command.ts';
import {wordsOf} from './make/names.ts';
import {checkFree, copyTemplate} from './make/service.ts';
import {serviceNames} from './services.ts';

// `npm run new-service -- NAME`: another service, which is a copy of orders with other words.

await changeByName(
  'npm run new-service -- NAME [--plural NAMES] [--calls SERVICES] [--dry-run]',
  ['calls', 'plural'],
  async (name, {calls = 'users', plural}, folder, run) => {
    const words = wordsOf(name, plural);
    await checkFree(words, run);
    const neighbours = calls.split(',').filter(called => called !== 'users');
    const stranger = neighbours.find(called => !serviceNames.includes(called));
    if (stranger !== undefined) throw new Error(`--calls ${calls}: ${stranger} is no service`);
    await copyTemplate(
      words,
      neighbours.map(called => wordsOf(called)),
      folder,
      run,
    );
    await run('npm', 'exec', '--', 'oxfmt', `services/${words.many}`);
    await remake(run);
  },
  () => `
It is a copy of orders, with a fixed domain: change contract.ts, then what tsc and the tests name.
It asks users whether a buyer exists, and the services of --calls whether they have what it is for.
Run \`npm test\`: its tests, its chart, its policies, its alerts and its dashboard are checked from now on.
\`npm run prove\` installs it, rolls it and tests it on a cluster, and \`npm start\` runs it.
\`npm run faults\` does not know it.`,
);
