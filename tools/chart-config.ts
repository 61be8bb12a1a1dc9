import {readFile} from 'node:fs/promises';
import {stringify} from 'yaml';
import * as z from 'zod';
import {settingsOf} from './services.ts';

type Setting = {description?: string; default?: unknown; secret?: true};

/**
 * The values.yaml of a service's chart, with the defaults and descriptions of its settings under `config`.
 * @throws an error if the markers around them are missing.
 */
export async function valuesWithConfig(service: string): Promise<string> {
  const text = await readFile(`charts/${service}/values.yaml`, 'utf8');
  const [, before, after] = /^([^]*\n {2}# <config .*>\n)[^]*?( {2}# <\/config>\n[^]*)$/u.exec(text) ?? [];
  if (!before || !after) throw new Error(`charts/${service}/values.yaml has no lines # <config …> and # </config>`);

  const entries = Object.entries(await configOf(service)).map(
    ([name, setting]) => `${commentOf(setting)}\n  ${stringify({[name]: setting.default}, {singleQuote: true})}`,
  );
  return `${before}${entries.join('')}${after}`;
}

/** The values.schema.json of a service's chart, with the bounds of its settings under `config`. */
export async function schemaWithConfig(service: string): Promise<string> {
  const schema = JSON.parse(await readFile(`charts/${service}/values.schema.json`, 'utf8')) as {
    properties: {config: {properties: Record<string, Setting>}};
  };
  schema.properties.config.properties = await configOf(service);
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** The settings of a service, as JSON Schema, that its Deployment does not set from other values. */
async function configOf(service: string): Promise<Record<string, Setting>> {
  const deployment = await readFile(`charts/${service}/templates/deployment.yaml`, 'utf8');
  const isSet = (name: string): boolean => new RegExp(`- name: ${name}(?:_FILE)?$`, 'mu').test(deployment);
  const {properties = {}} = z.toJSONSchema(await settingsOf(service), {io: 'input'}) as {
    properties?: Record<string, Setting>;
  };
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => !isSet(name))
      .map(([name, {description = '', ...rest}]) => [name, {description, ...rest}]),
  );
}

/** A description as comment lines of at most 120 characters. */
const commentOf = ({description = ''}: Setting): string =>
  description.replaceAll(/(?:^|\s)(\S.{0,114}\S|\S)(?=\s|$)/gu, (_, line: string) => `  # ${line}\n`).trimEnd();
