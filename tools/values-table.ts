import {globSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {basename, dirname} from 'node:path';
import {parse} from 'yaml';

/** The charts that have values; the library has none. */
export const charts: readonly string[] = globSync('charts/*/values.yaml')
  .map(file => basename(dirname(file)))
  .toSorted();

type Schema = {
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  enum?: unknown[];
};

/** A chart's README: its description and its values, from Chart.yaml's words, the schema and the defaults. */
export async function chartReadme(chart: string): Promise<string> {
  const read = (file: string) => readFile(`charts/${chart}/${file}`, 'utf8');
  const {description} = parse(await read('Chart.yaml')) as {description: string};
  const defaults: unknown = parse(await read('values.yaml'));
  const schema = JSON.parse(await read('values.schema.json')) as Schema;
  const rows = leavesOf(schema, defaults).map(([path, {description: what, enum: choices}, value]) => {
    const among =
      choices && choices.length > 1 ? ` (${choices.map(choice => `\`${String(choice)}\``).join(', ')})` : '';
    return `| \`${path}\` | ${value === undefined ? '' : `\`${JSON.stringify(value)}\``} | ${what}${among} |`;
  });
  const table = ['| value | default | what it is |', '| --- | --- | --- |', ...rows].join('\n');
  return `# ${chart}\n\n${description}.\n\n<!-- Made from values.schema.json and values.yaml by \`npm run generate\`. -->\n\n${table}\n`;
}

type Leaf = [path: string, schema: Schema, value: unknown];

/** The values that contain no named values, without those that only helm sets. */
function leavesOf({properties = {}}: Schema, defaults: unknown, prefix = ''): Leaf[] {
  return Object.entries(properties).flatMap(([name, schema]): Leaf[] => {
    const value = (defaults as Record<string, unknown> | undefined)?.[name];
    if (prefix === '' && HELMS_OWN.has(name)) return [];
    return schema.properties ? leavesOf(schema, value, `${prefix}${name}.`) : [[`${prefix}${name}`, schema, value]];
  });
}

const HELMS_OWN = new Set(['platform', 'enabled']);
