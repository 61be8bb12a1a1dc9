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
  minimum?: number;
  maximum?: number;
  deprecated?: boolean;
};

const MARKER = '<!-- Made from values.schema.json and values.yaml by `npm run generate`. -->';

/**
 * A chart's README: its head as it is, then its values, from the schema and the defaults.
 * @throws an error if the marker between them is missing.
 */
export async function chartReadme(chart: string): Promise<string> {
  const read = (file: string) => readFile(`charts/${chart}/${file}`, 'utf8');
  const [head = '', table] = (await read('README.md')).split(MARKER);
  if (table === undefined) throw new Error(`charts/${chart}/README.md has no line ${MARKER}`);

  const defaults: unknown = parse(await read('values.yaml'));
  const schema = JSON.parse(await read('values.schema.json')) as Schema;
  const rows = leavesOf(schema, defaults).map(
    ([path, leaf, value]) => `| \`${path}\` | ${code(value)} | ${leaf.description}${rangeOf(leaf)} |`,
  );
  return [`${head}${MARKER}`, '', '| value | default | description |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

const code = (value: unknown): string => (value === undefined ? '' : `\`${JSON.stringify(value)}\``);

function rangeOf({enum: choices = [], minimum, maximum}: Schema): string {
  if (choices.length > 1) return ` (${choices.map(choice => `\`${String(choice)}\``).join(', ')})`;
  return minimum === undefined || maximum === undefined ? '' : ` (${minimum} to ${maximum})`;
}

type Leaf = [path: string, schema: Schema, value: unknown];

/** The values that contain no named values, without those that only helm sets and those that are gone. */
function leavesOf({properties = {}}: Schema, defaults: unknown, prefix = ''): Leaf[] {
  return Object.entries(properties).flatMap(([name, schema]): Leaf[] => {
    const value = (defaults as Record<string, unknown> | undefined)?.[name];
    if (schema.deprecated || (prefix === '' && HELMS_OWN.has(name))) return [];
    return schema.properties ? leavesOf(schema, value, `${prefix}${name}.`) : [[`${prefix}${name}`, schema, value]];
  });
}

const HELMS_OWN = new Set(['platform', 'enabled']);
