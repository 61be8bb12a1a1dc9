import {SLOT_MS} from '../../lib/load/plan.ts';
import type {LoadRecord} from './record.ts';

const [WIDTH, HEIGHT, HEAD, FOOT] = [720, 60, 18, 16];
/** A bar stands for half a second: there are too many tenths for the width. */
const SLOTS = 5;

const STYLE = `<style>text{font:11px system-ui,sans-serif;fill:#59636e}path{fill:none;stroke-width:3}.good{stroke:#1a7f37}
.bad{stroke:#cf222e}.mark{stroke:#59636e;stroke-width:1;stroke-dasharray:3 3}
@media(prefers-color-scheme:dark){text{fill:#9198a1}.good{stroke:#3fb950}.bad{stroke:#f85149}.mark{stroke:#9198a1}}</style>`;

/** The load as a picture for a document. */
export const picture = (load: LoadRecord): string => `${timelineSvg(load, STYLE)}\n`;

/** A load as SVG: the requests of each half second, wrong answers in red, and what happened when. */
export function timelineSvg({name, timeline, marks}: LoadRecord, style = ''): string {
  const streams = [...new Set(Object.keys(timeline).map(key => key.split(' ')[0] ?? ''))].toSorted();
  const slots = Math.max(1, ...Object.values(timeline).map(counts => counts.length));
  const x = (slot: number): number => Math.round((slot / slots) * WIDTH * 10) / 10;
  const height = HEAD + streams.length * (HEIGHT + FOOT);
  const drawn = streams.map((stream, index) => bars(timeline, stream, HEAD + index * (HEIGHT + FOOT), x));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${name}: requests by time">${style}`,
    ...drawn,
    ...marks.map(({ms, what}) => marker(x(ms / SLOT_MS), what, height)),
    '</svg>',
  ].join('\n');
}

function bars(timeline: LoadRecord['timeline'], stream: string, top: number, x: (slot: number) => number): string {
  const right = `${stream} ${stream === 'orders' ? 201 : 200}`;
  const good = grouped(timeline[right] ?? []);
  const wrong = Object.entries(timeline)
    .filter(([key]) => key.startsWith(`${stream} `) && key !== right)
    .map(([, counts]) => grouped(counts));
  const bad = Array.from({length: Math.max(0, ...wrong.map(({length}) => length))}, (_, index) =>
    wrong.reduce((sum, counts) => sum + (counts[index] ?? 0), 0),
  );
  const most = Math.max(1, ...good, ...bad);
  const path = (counts: number[]): string =>
    counts
      .map((count, index) =>
        count === 0 ? '' : `M${x((index + 0.5) * SLOTS)} ${top + HEIGHT}v${-scaled(count, most)}`,
      )
      .join('');
  return [
    `<path class="good" d="${path(good)}"/><path class="bad" d="${path(bad)}"/>`,
    `<text x="0" y="${top + HEIGHT + 12}">${stream}: up to ${most * 2} a second</text>`,
  ].join('');
}

/** A single wrong answer must be seen. */
const scaled = (count: number, most: number): number => Math.max(4, Math.round((count / most) * HEIGHT));

function grouped(counts: number[]): number[] {
  const groups: number[] = [];
  counts.forEach((count, index) => {
    const group = Math.floor(index / SLOTS);
    groups[group] = (groups[group] ?? 0) + count;
  });
  return groups;
}

const marker = (x: number, what: string, height: number): string =>
  `<path class="mark" d="M${x} ${HEAD - 6}V${height}"><title>${what}</title></path>`;
