import type {Measurement} from './measure.ts';
import {endpointNames, type EndpointName} from './system.ts';
import {quartilesOf, type Quartiles} from './quartiles.ts';
import {variants, type VariantName} from './variants.ts';

/** How much CPU observability may add, in percent. */
export const BOUND = 25;

const RATIOS: [VariantName, VariantName][] = [
  ['all', 'none'],
  ['stock', 'none'],
  ['all', 'bare'],
  ['all', 'tutorial'],
];

/** A table in Markdown with the CPU time of a request by variant, and the ratios between variants: median [quartiles]. */
export function table(measured: Measurement[]): string {
  const times = variants.map(({name}) => row(`${name}, µs`, 0, endpoint => timesOf(measured, endpoint, name)));
  const ratios = RATIOS.map(([one, other]) =>
    row(`${one} / ${other}`, 2, endpoint => ratiosOf(measured, endpoint, one, other)),
  );
  const head = [`| CPU of a request | ${endpointNames.join(' | ')} |`, '| --- | --- | --- |'];
  return [...head, ...times, ...ratios].join('\n');
}

/** The cost of observability. It exceeds the bound only if its lower quartile does, so that one noisy slice does not decide. */
export function verdict(measured: Measurement[]): {figures: string; isExceeded: boolean} {
  const costs = endpointNames.map(endpoint => ({
    method: endpoint.split(' ')[0],
    percent: quartilesOf(ratiosOf(measured, endpoint, 'all', 'none').map(ratio => (ratio - 1) * 100)),
  }));
  const parts = costs.map(({method, percent}) => `${Math.round(percent.median)} % over none on ${method}`);
  return {
    figures: parts.join(', '),
    isExceeded: costs.some(({percent}) => percent.lower > BOUND),
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

/** One ratio for each sweep, because only slices of about the same time can be compared. */
function ratiosOf(measured: Measurement[], endpoint: EndpointName, one: VariantName, other: VariantName): number[] {
  const others = new Map(slicesOf(measured, endpoint, other).map(({sweep, microseconds}) => [sweep, microseconds]));
  return slicesOf(measured, endpoint, one).flatMap(({sweep, microseconds}) => {
    const time = others.get(sweep);
    return time === undefined ? [] : [microseconds / time];
  });
}

const slicesOf = (measured: Measurement[], endpoint: EndpointName, variant: VariantName): Measurement[] =>
  measured.filter(slice => slice.endpoint === endpoint && slice.variant === variant);
