import {readFile} from 'node:fs/promises';
import {parse} from 'yaml';
import {isMap, type Values} from '../../verify/lib/charts/values.ts';

export type Schema = {
  description?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  /** A value that is gone: the chart refuses it, and says what to do instead. */
  deprecated?: boolean;
};

export const readSchema = async (chart: string): Promise<Schema> =>
  JSON.parse(await readFile(`charts/${chart}/values.schema.json`, 'utf8')) as Schema;

export const readValues = async (chart: string): Promise<Values> =>
  parse(await readFile(`charts/${chart}/values.yaml`, 'utf8')) as Values;

/** A schema and all schemas inside it, each with the path of its value. */
export const schemasIn = (schema: Schema, path: string[] = []): [path: string[], schema: Schema][] => [
  [path, schema],
  ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => schemasIn(inner, [...path, name])),
  ...(schema.items ? schemasIn(schema.items, [...path, '[]']) : []),
];

/** The paths of the values that contain no named values. */
export const leavesOfSchema = (schema: Schema): string[] =>
  schemasIn(schema)
    .filter(([path, {properties, deprecated}]) => !properties && !deprecated && !path.includes('[]'))
    .map(([path]) => path.join('.'));

/** The same for the values, as deep as the schema names them. */
export function leavesOfValues(values: unknown, schema: Schema | undefined, path: string[] = []): string[] {
  const isFree = schema && !schema.properties;
  if (isFree || !isMap(values) || Object.keys(values).length === 0) return [path.join('.')];

  return Object.entries(values).flatMap(([name, value]) =>
    leavesOfValues(value, schema?.properties?.[name], [...path, name]),
  );
}
