import {changeByName, remake} from './make/command.ts';
import {filesOf} from './make/service.ts';
import {neighboursOf, readServices} from './services.ts';

// `npm run remove-service -- NAME`: the inverse of new-service.

await changeByName(
  'npm run remove-service -- NAME [--dry-run]',
  [],
  async (name, _options, _folder, run) => {
    const services = await readServices();
    if (!services.some(service => service.name === name)) throw new Error(`${name} is no service`);
    const callers = services.filter(service => neighboursOf(service).includes(name)).map(service => service.name);
    if (callers.length > 0) throw new Error(`${name} is called by ${callers.join(' and ')}`);
    await run('git', 'rm', '--quiet', '--', ...(await filesOf(name, run)));
    await remake(run);
  },
  name => `\nIts volumes stay on every cluster where ${name} ran: remove them yourself.`,
);
