import {figures, ratiosOf, textOf, valuesOf, type FigureName, type Measurement} from './figures.ts';
import {compare, goals, judge} from './goals.ts';
import type {BenchRecord} from './record.ts';
import {endpointNames, type EndpointName} from './system.ts';
import {ENOUGH} from './quartiles.ts';
import {variants, type VariantName} from './variants.ts';

/** How much CPU observability may add, in percent. */
export const BOUND = 25;

const RATIOS: [VariantName, VariantName][] = [
  ['all', 'before'],
  ['all', 'none'],
  ['metrics', 'none'],
  ['log', 'none'],
  ['traces', 'none'],
  ['traces-all', 'none'],
  ['stock', 'none'],
  ['stock-all', 'none'],
  ['all', 'bare'],
  ['all', 'tutorial'],
  ['all', 'fastify'],
  ['all', 'fastify-stock'],
  ['all', 'nest'],
  ['all', 'nest-stock'],
];

/** A table in Markdown for each figure: the variants and their ratios by endpoint, as median [quartiles]. */
export function tables(measured: Measurement[]): string {
  const known = new Set(measured.map(({variant}) => variant));
  const names = [...variants.map(({name}) => name), 'before' as const].filter(name => known.has(name));
  return (Object.keys(figures) as FigureName[]).map(figure => tableOf(figure, measured, names)).join('\n\n');
}

function tableOf(figure: FigureName, measured: Measurement[], names: VariantName[]): string {
  const {title, digits} = figures[figure];
  const row = (name: string, cellOf: (endpoint: EndpointName) => string) =>
    `| ${[name, ...endpointNames.map(cellOf)].join(' | ')} |`;
  return [
    row(title, endpoint => endpoint),
    row('---', () => '---'),
    ...names.map(name => row(name, endpoint => textOf(valuesOf(measured, {figure, endpoint}, name), digits))),
    ...RATIOS.filter(pair => pair.every(name => names.includes(name))).map(([one, other]) =>
      row(`${one} / ${other}`, endpoint => textOf(ratiosOf(measured, {figure, endpoint}, one, other), 2)),
    ),
  ].join('\n');
}

/** Each goal with its verdict, a line each, and how many there are of each verdict. */
export function judged(measured: Measurement[]): string {
  const all = goals.map(goal => judge(goal, measured));
  const lines = all.map(({verdict, text}) => `${verdict.padEnd(10)} ${text}`);
  return [...lines, `goals: ${counted(all.map(({verdict}) => verdict))}`].join('\n');
}

/** The ratios of the goals that have changed since the record, a line each, and how many have and have not. */
export function besideRecord(measured: Measurement[], {commit, date, measured: recorded}: BenchRecord): string {
  const all = goals.map(goal => ({goal, change: compare(goal, measured, recorded)}));
  const changed = all.filter(({change}) => change !== 'as recorded');
  const lines = changed.map(({goal, change}) => `${change.padEnd(10)} ${judge(goal, measured).text}`);
  return [...lines, `beside the record of ${commit}, ${date}: ${counted(all.map(({change}) => change))}`].join('\n');
}

/** `2 held, 1 missed` */
const counted = (words: string[]): string =>
  Object.entries(Object.groupBy(words, word => word))
    .map(([word, some = []]) => `${some.length} ${word}`)
    .join(', ');

/**
 * The cost of observability at a low rate. It exceeds the bound only if its lower quartile does, so that one noisy slice
 * does not decide.
 */
export function verdict(measured: Measurement[]): {figures: string; isExceeded: boolean} {
  const costs = endpointNames.flatMap(endpoint => {
    const ratios = ratiosOf(measured, {figure: 'cold', endpoint}, 'all', 'none');
    return ratios ? [{endpoint, ratios}] : [];
  });
  const percentOf = (ratio: number) => Math.round((ratio - 1) * 100);
  return {
    figures: costs.map(({endpoint, ratios}) => `${percentOf(ratios.median)} % over none on ${endpoint}`).join(', '),
    isExceeded: costs.some(({ratios}) => ratios.count >= ENOUGH && (ratios.lower - 1) * 100 > BOUND),
  };
}
