import {figures, ratiosOf, textOf, valuesOf, type FigureName, type Measurement} from './figures.ts';
import {goals, judge} from './goals.ts';
import {endpointNames, type EndpointName} from './system.ts';
import type {VariantName} from './variants.ts';

/** How much CPU observability may add, in percent. */
export const BOUND = 25;

const RATIOS: [VariantName, VariantName][] = [
  ['all', 'before'],
  ['all', 'none'],
  ['stock', 'none'],
  ['all', 'bare'],
  ['all', 'tutorial'],
  ['all', 'fastify'],
  ['all', 'fastify-stock'],
  ['all', 'nest'],
  ['all', 'nest-stock'],
];

/** A table in Markdown for each figure: the variants and their ratios by endpoint, as median [quartiles]. */
export function tables(measured: Measurement[]): string {
  const names = [...new Set(measured.map(({variant}) => variant))];
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
  const counts = Object.entries(Object.groupBy(all, ({verdict}) => verdict)).map(
    ([verdict, some]) => `${some.length} ${verdict}`,
  );
  return [...all.map(({verdict, text}) => `${verdict.padEnd(10)} ${text}`), `goals: ${counts.join(', ')}`].join('\n');
}

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
    isExceeded: costs.some(({ratios}) => (ratios.lower - 1) * 100 > BOUND),
  };
}
