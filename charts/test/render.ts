import {join} from 'node:path';
import {parseDocument} from 'yaml';
import {helm} from '../../tools/helm/run.ts';
import type {KubernetesObject} from './kubernetes.ts';
import {valuesFor, type Chart, type Values, type ValueSet} from './values.ts';

export const NAMESPACE = 'shop';

export type Options = {
  /** Where the charts are, if not in this repository. */
  folder?: string;
  release?: string;
  isUpgrade?: boolean;
  /** Values of each service on top of the set's. */
  more?: Values;
};

/** An object, and the text that it was read from. */
export type Rendered = {object: KubernetesObject; text: string};

const renders = new Map<string, Promise<Rendered[]>>();

/** The objects that `helm template` makes of a chart with a set of values; the same ones when asked again. */
export async function render(chart: Chart, set: ValueSet, options: Options = {}): Promise<KubernetesObject[]> {
  const rendered = await renderTexts(chart, set, options);
  return rendered.map(({object}) => object);
}

export function renderTexts(chart: Chart, set: ValueSet, options: Options = {}): Promise<Rendered[]> {
  const key = JSON.stringify([chart, set, options]);
  const known = renders.get(key) ?? renderValues(chart, valuesFor(chart, set, options.more), options, set.files);
  renders.set(key, known);
  return known;
}

/**
 * Renders a chart with exactly these values, anew.
 * @throws an error with what helm has against them.
 */
export async function renderValues(
  chart: string,
  values: Values,
  options: Options = {},
  files: string[] = [],
): Promise<Rendered[]> {
  const {folder = 'charts', release = 'duet', isUpgrade = false} = options;
  const path = join(folder, chart);
  const fileArguments = files.flatMap(file => ['--values', join(path, file)]);
  const upgrade = isUpgrade ? ['--is-upgrade'] : [];
  const template = ['template', release, path, '--namespace', NAMESPACE, ...fileArguments, '--values', '-', ...upgrade];
  return documentsOf(await helm(template, JSON.stringify(values)));
}

const documentsOf = (text: string): Rendered[] =>
  text
    .split(/^---$/mu)
    .map(part => ({object: objectOf(part), text: part}))
    .filter((rendered): rendered is Rendered => rendered.object !== null);

/** @throws an error for YAML that an API server would refuse, as a key that is there twice. */
function objectOf(text: string): KubernetesObject | null {
  // As an API server reads it: in later versions of YAML the file mode 0440 is not octal.
  const document = parseDocument(text, {version: '1.1'});
  const [error] = document.errors;
  if (error) throw error;
  return document.toJS() as KubernetesObject | null;
}
