import type {ClaimRecord, LoadRecord, ProveRecord} from './record.ts';
import {timelineSvg} from './timeline.ts';

const isControl = ({title}: ClaimRecord): boolean => title.startsWith('control of ');

/** Where the figures come from, as one sentence. */
const originOf = ({place: {machine, kubernetes, rate}}: ProveRecord): string =>
  `Kubernetes ${kubernetes}, ${machine}, PROVE_RATE=${rate}.`;

const counted = ({claims}: ProveRecord): string => {
  const [holding, controls] = [claims.filter(({holds}) => holds).length, claims.filter(isControl).length];
  return `${holding} of ${claims.length} hold${controls > 0 ? `, ${controls} of them controls` : ''}.`;
};

/** The record as Markdown: a line for each claim. */
export function markdownOf(record: ProveRecord): string {
  return [
    `# What ${record.version} was seen to do on a cluster`,
    'Made by `npm run prove -- --record`. [index.html](index.html) has the requests of each load by time, and',
    '[record.json](record.json) has all of it as data.',
    '',
    `${originOf(record)} ${counted(record)}`,
    '',
    '| claim | holds | figures | seconds | commit |',
    '| --- | --- | --- | --- | --- |',
    ...record.claims.map(
      ({title, holds, figures, seconds, commit}) =>
        `| ${title} | ${holds ? 'yes' : 'no'} | ${cell(figures)} | ${seconds} | ${commit} |`,
    ),
    '',
  ].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);

const STYLE = `:root{color-scheme:light dark;--text:#1f2328;--muted:#59636e;--good:#1a7f37;--bad:#cf222e;--line:#d1d9e0;--back:#fff}
@media(prefers-color-scheme:dark){:root{--text:#e6edf3;--muted:#9198a1;--good:#3fb950;--bad:#f85149;--line:#3d444d;--back:#0d1117}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--back);max-width:760px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2rem 0 .25rem}p{margin:.25rem 0}.muted,figcaption{color:var(--muted);font-size:.875rem}
.yes{color:var(--good)}.no{color:var(--bad)}figure{margin:1rem 0;border-top:1px solid var(--line);padding-top:.5rem}
svg{width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:var(--muted)}
path{fill:none;stroke-width:3}.good{stroke:var(--good)}.bad{stroke:var(--bad)}.mark{stroke:var(--muted);stroke-width:1;stroke-dasharray:3 3}
ol{padding-left:1.2rem;font-size:.875rem;color:var(--muted)}`;

/** The record as one page without anything from elsewhere. */
export function htmlOf(record: ProveRecord): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<title>What ${record.version} was seen to do on a cluster</title>`,
    `<style>${STYLE}</style>`,
    `<h1>What ${record.version} was seen to do on a cluster</h1>`,
    `<p>${escaped(originOf(record))} ${counted(record)}</p>`,
    '<p class="muted">A bar is half a second of requests, by when they were due: green those with the right answer, red all others. A dashed line is something that happened.</p>',
    ...record.claims.map(claim),
    '</html>',
    '',
  ].join('\n');
}

function claim({title, holds, figures, seconds, commit, date, loads}: ClaimRecord): string {
  const verdict = holds ? '<span class="yes">✓</span>' : '<span class="no">✗</span>';
  return [
    `<h2>${verdict} ${escaped(title)}</h2>`,
    `<p>${escaped(figures)} <span class="muted">(${seconds} s, commit ${commit}, ${date})</span></p>`,
    ...loads.map(figure),
  ].join('\n');
}

function figure(load: LoadRecord): string {
  const {name, sent, failures, seconds, latencyMs, marks} = load;
  const {p50, p99, p999, slowest} = latencyMs;
  return [
    `<figure>${timelineSvg(escapedIn(load))}`,
    `<figcaption>${escaped(name)}: ${sent.toLocaleString('en')} requests in ${Math.round(seconds)} s; wrong: ${escaped(failures || 'none')}; p50 ${p50} ms, p99 ${p99} ms, p99.9 ${p999} ms, slowest ${slowest} ms</figcaption>`,
    `<ol>${marks.map(({ms, what}) => `<li>${(ms / 1000).toFixed(1)} s: ${escaped(what)}</li>`).join('')}</ol></figure>`,
  ].join('\n');
}

const escapedIn = (load: LoadRecord): LoadRecord => ({
  ...load,
  name: escaped(load.name),
  marks: load.marks.map(({ms, what}) => ({ms, what: escaped(what)})),
});

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
