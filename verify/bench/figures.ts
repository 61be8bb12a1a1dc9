import type {EndpointName} from './system.ts';
import {quartilesOf, type Quartiles} from './quartiles.ts';
import type {VariantName} from './variants.ts';

/** What is measured, and how it is printed. */
export const figures = {
  cold: {title: 'CPU of a request at a low rate, µs', digits: 0},
  hot: {title: 'User CPU of a request at saturation, µs', digits: 0},
  throughput: {title: 'Requests a second at saturation', digits: 0},
} as const;

export type FigureName = keyof typeof figures;

/** A figure of one slice. The slices of a sweep are measured one right after another. */
export type Measurement = {
  sweep: string;
  variant: VariantName;
  endpoint: EndpointName;
  figure: FigureName;
  value: number;
};

/** Which measurements: a figure of an endpoint. */
export type Cell = {figure: FigureName; endpoint: EndpointName};

const slicesOf = (measured: Measurement[], {figure, endpoint}: Cell, variant: VariantName): Measurement[] =>
  measured.filter(slice => slice.figure === figure && slice.endpoint === endpoint && slice.variant === variant);

/** The quartiles of a variant; undefined if none of its slices was measured. */
export const valuesOf = (measured: Measurement[], cell: Cell, variant: VariantName): Quartiles | undefined =>
  known(slicesOf(measured, cell, variant).map(({value}) => value));

/** The quartiles of the ratios of two variants, one for each sweep: only slices of about the same time can be compared. */
export function ratiosOf(
  measured: Measurement[],
  cell: Cell,
  one: VariantName,
  other: VariantName,
): Quartiles | undefined {
  const others = new Map(slicesOf(measured, cell, other).map(({sweep, value}) => [sweep, value]));
  return known(
    slicesOf(measured, cell, one).flatMap(({sweep, value}) => {
      const beside = others.get(sweep);
      return beside === undefined ? [] : [value / beside];
    }),
  );
}

const known = (values: number[]): Quartiles | undefined => (values.length > 0 ? quartilesOf(values) : undefined);

/** The median [lower quartile-upper quartile]. */
export const textOf = (quartiles: Quartiles | undefined, digits: number): string =>
  quartiles
    ? `${quartiles.median.toFixed(digits)} [${quartiles.lower.toFixed(digits)}-${quartiles.upper.toFixed(digits)}]`
    : '-';
