import type {Measurement} from './measure.ts';
import {endpointNames, type EndpointName} from './system.ts';
import {quartilesOf, type Quartiles} from './quartiles.ts';
import {variants, type VariantName} from './variants.ts';

/** How much more CPU observability may cost, in percent. */
const BOUND = 25;

const RATIOS: [VariantName, VariantName][] = [
  ['all', 'none'],
  ['stock', 'none'],
  ['all', 'bare'],
  ['all', 'tutorial'],
];

/** The CPU of a request by variant, and of one variant beside another, as a table in Markdown: median [quartiles]. */
export function table(measured: Measurement[]): string {
  const times = variants.map(({name}) => row(`${name}, µs`, 0, endpoint => timesOf(measured, endpoint, name)));
  const ratios = RATIOS.map(([one, other]) =>
    row(`${one} / ${other}`, 2, endpoint => ratiosOf(measured, endpoint, one, other)),
  );
  const head = [`| CPU of a request | ${endpointNames.join(' | ')} |`, '| --- | --- | --- |'];
  return [...head, ...times, ...ratios].join('\n');
}

/** What observability costs. One noisy slice refutes nothing: all between the quartiles must be above the bound. */
export function verdict(measured: Measurement[]): {line: string; isRefuted: boolean} {
  const costs = endpointNames.map(endpoint => ({
    method: endpoint.split(' ')[0],
    percent: quartilesOf(ratiosOf(measured, endpoint, 'all', 'none').map(ratio => (ratio - 1) * 100)),
  }));
  const parts = costs.map(({method, percent}) => `${Math.round(percent.median)} % over none on ${method}`);
  return {
    line: `observability costs ${parts.join(', ')} (bound ${BOUND} %)`,
    isRefuted: costs.some(({percent}) => percent.lower > BOUND),
  };
}

function row(title: string, digits: number, valuesOf: (endpoint: EndpointName) => number[]): string {
  const cells = endpointNames.map(endpoint => show(quartilesOf(valuesOf(endpoint)), digits));
  return `| ${[title, ...cells].join(' | ')} |`;
}

const show = ({lower, median, upper}: Quartiles, digits: number): string =>
  `${median.toFixed(digits)} [${lower.toFixed(digits)}-${upper.toFixed(digits)}]`;

const timesOf = (measured: Measurement[], endpoint: EndpointName, variant: VariantName): number[] =>
  slicesOf(measured, endpoint, variant).map(({microseconds}) => microseconds);

/** One ratio for each sweep: only what was measured at nearly the same time can be compared. */
function ratiosOf(measured: Measurement[], endpoint: EndpointName, one: VariantName, other: VariantName): number[] {
  const others = new Map(slicesOf(measured, endpoint, other).map(({sweep, microseconds}) => [sweep, microseconds]));
  return slicesOf(measured, endpoint, one).flatMap(({sweep, microseconds}) => {
    const time = others.get(sweep);
    return time === undefined ? [] : [microseconds / time];
  });
}

const slicesOf = (measured: Measurement[], endpoint: EndpointName, variant: VariantName): Measurement[] =>
  measured.filter(slice => slice.endpoint === endpoint && slice.variant === variant);
