import * as z from 'zod';

const folders = {users: 'services/users', orders: 'services/orders', local: 'dev'};

/** The README with the settings table of each schema between its markers. */
export async function replaceSettings(readme: string): Promise<string> {
  let text = readme;
  for (const [name, folder] of Object.entries(folders)) {
    const {settings} = (await import(`../${folder}/config.ts`)) as {settings: z.ZodObject};
    const [begin, end] = [`<!-- settings of ${name} -->`, `<!-- end of ${name} -->`];
    const [before, rest = ''] = text.split(begin);
    const [, after = ''] = rest.split(end);
    text = `${before}${begin}\n\n${table(settings)}\n\n${end}${after}`;
  }
  return text;
}

function table(settings: z.ZodObject): string {
  const {properties = {}, required = []} = z.toJSONSchema(settings, {io: 'input'});
  const rows = Object.entries(properties).map(([name, property]) => {
    const {default: preset, description, secret} = property as Record<string, unknown>;
    const fallback = required.includes(name) ? 'required' : code(preset);
    return `| \`${name}\` | ${fallback} | ${String(description)}${secret ? ' (or a file, in `' + name + '_FILE`)' : ''} |`;
  });
  return ['| setting | default | what it is |', '| --- | --- | --- |', ...rows].join('\n');
}

const code = (value: unknown): string =>
  value === undefined || value === '' ? '' : `\`${JSON.stringify(value).replaceAll('"', '')}\``;
