import {servicesWithDatabase} from './databases.ts';
import {changeByName, remake} from './make/command.ts';
import {linesIn, runnerIn} from './make/scratch.ts';
import {filesOf} from './make/service.ts';
import {neighboursOf, readServices} from './services.ts';

const CODE = ['services', 'dev', 'observability', 'verify'];

/** The files of code that speak of the service. */
const filesWith = async (name: string): Promise<string[]> =>
  linesIn(await runnerIn('.')('git', 'grep', '-l', '-w', name, '--', ...CODE).catch(() => ''));

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
  async name => {
    const left = `Its volumes stay on every cluster where ${name} ran: remove them yourself.`;
    const volumes = servicesWithDatabase.includes(name) ? `\n${left}` : '';
    const speaking = await filesWith(name);
    if (speaking.length === 0) return volumes;
    return `${volumes}\nThese still speak of ${name}; \`npm test\` names what no longer works:\n  ${speaking.join('\n  ')}`;
  },
);
