import {globSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import type * as z from 'zod';

/** A command of package.json that reads settings from its environment. */
export type Command = {title: string; settings: z.ZodObject};

/** Every command whose main.ts has a config.ts beside it, with the settings that it exports. */
export async function readCommands(): Promise<Command[]> {
  const {scripts} = JSON.parse(await readFile('package.json', 'utf8')) as {scripts: Record<string, string>};
  const folders = globSync('{dev,verify/**}/config.ts').map(dirname).toSorted();
  return Promise.all(
    folders.map(async folder => {
      const {settings} = (await import(`../${folder}/config.ts`)) as {settings: z.ZodObject};
      const [name = folder] =
        Object.entries(scripts).find(([, command]) => command.includes(`${folder}/main.ts`)) ?? [];
      return {title: name === 'start' ? 'npm start' : `npm run ${name}`, settings};
    }),
  );
}
