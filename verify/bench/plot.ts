import {ratiosOf, type Cell, type Measurement} from './figures.ts';
import type {Quartiles} from './quartiles.ts';
import type {VariantName} from './variants.ts';

/** A diagram of how other variants compare with `all` in some figures: a bar for each, with its quartiles. */
export type Plot = {title: string; cells: Cell[]; others: VariantName[]};

type Bar = {name: VariantName; ratio: Quartiles};

const [WIDTH, LABELS, LINE, HEAD] = [720, 130, 24, 34];
/** The ratio at the right end. */
const END = 2.5;

const x = (ratio: number): number => Math.round(LABELS + (Math.min(ratio, END) / END) * (WIDTH - LABELS - 60));

/** The diagram as SVG, for light and dark pages. */
export function plot({title, cells, others}: Plot, measured: Measurement[]): string {
  const panels = cells.map(cell => ({cell, bars: others.flatMap(other => barOf(measured, cell, other))}));
  let y = HEAD;
  const drawn = panels.map(({cell, bars}) => {
    const top = y;
    y += LINE * (bars.length + 1) + 12;
    return panel(cell.endpoint, bars, top);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label="${title}">`,
    '<style>text{font:13px system-ui,sans-serif;fill:#1f2328}.b{fill:#54aeff}.q{stroke:#1f2328}.l{stroke:#8c959f}',
    '@media(prefers-color-scheme:dark){text{fill:#e6edf3}.b{fill:#1f6feb}.q{stroke:#e6edf3}}</style>',
    `<text x="0" y="18" font-weight="600">${title}</text>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

/** How many times as much as `all`: above 1 means that `all` takes less. */
function barOf(measured: Measurement[], cell: Cell, name: VariantName): Bar[] {
  const ratio = ratiosOf(measured, cell, name, 'all');
  return ratio ? [{name, ratio}] : [];
}

function panel(heading: string, bars: Bar[], top: number): string {
  const bottom = top + LINE * (bars.length + 1);
  return [
    `<text x="0" y="${top + 16}" font-style="italic">${heading}</text>`,
    ...bars.map(({name, ratio}, index) => bar(name, ratio, top + LINE * (index + 1))),
    `<path class="l" stroke-dasharray="3 3" d="M${x(1)} ${top + LINE - 2}V${bottom}"/>`,
  ].join('\n');
}

function bar(name: string, {lower, median, upper}: Quartiles, top: number): string {
  const middle = top + LINE / 2;
  return [
    `<text x="${LABELS - 8}" y="${middle + 4}" text-anchor="end">${name}</text>`,
    `<rect class="b" x="${LABELS}" y="${top + 4}" width="${x(median) - LABELS}" height="${LINE - 8}"/>`,
    `<path class="q" d="M${x(lower)} ${middle}H${x(upper)}"/>`,
    `<text x="${x(Math.max(upper, median)) + 6}" y="${middle + 4}">${median.toFixed(2)}</text>`,
  ].join('');
}
