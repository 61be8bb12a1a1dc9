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

/** The objects that `helm template` renders from a chart and a set of values, cached. */
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
 * Renders a chart with exactly these values, not cached.
 * @throws an error with helm's message if helm refuses them.
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

/** What helm says about values that it refuses, or `it renders`. */
export const complaintAbout = (chart: string, values: Values, options?: Options): Promise<string> =>
  renderValues(chart, values, options).then(
    () => 'it renders',
    (error: Error) => error.message,
  );

export const documentsOf = (text: string): Rendered[] =>
  text
    .split(/^---$/mu)
    .map(part => ({object: objectOf(part), text: part}))
    .filter((rendered): rendered is Rendered => rendered.object !== null);

/** @throws an error for YAML that an API server would refuse, such as a duplicate key. */
function objectOf(text: string): KubernetesObject | null {
  // YAML 1.1, as API servers read it: in later versions the file mode 0440 is not octal.
  const document = parseDocument(text, {version: '1.1'});
  const [error] = document.errors;
  if (error) throw error;
  return document.toJS() as KubernetesObject | null;
}
