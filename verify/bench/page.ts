import {writeFile} from 'node:fs/promises';
import {pageWith, writePage} from '../lib/made.ts';
import {describeChecks} from './cross-check.ts';
import {describeFact} from './facts.ts';
import type {Latency} from './latency.ts';
import {plot, type Plot} from './plot.ts';
import {readRecord, type BenchRecord} from './record.ts';
import {judged, tables} from './report.ts';
import {endpointNames} from './system.ts';

const [GET, POST, KNOWN] = endpointNames;
const others = ['none', 'stock', 'bare', 'tutorial', 'fastify', 'fastify-stock', 'nest', 'nest-stock'] as const;

/** The diagrams by their files. */
const plots: Record<string, Plot> = {
  'docs/performance-cpu.svg': {
    title: 'CPU of a request at a low rate, as a multiple of what the services take (all = 1)',
    cells: [GET, POST, KNOWN].map(endpoint => ({figure: 'cold', endpoint})),
    others: [...others],
  },
  'docs/performance-throughput.svg': {
    title: 'Requests a second at saturation, as a multiple of what the services answer (all = 1)',
    cells: [GET, POST, KNOWN].map(endpoint => ({figure: 'throughput', endpoint})),
    others: [...others],
  },
};

const PAGE = 'docs/performance.md';

/** Writes the figures of the record, as tables and diagrams, into docs. */
export async function writePages(): Promise<void> {
  const {[PAGE]: page = '', ...drawn} = await pages();
  for (const [file, text] of Object.entries(drawn)) await writeFile(file, text);
  await writePage(PAGE, page);
}

/** The texts of the files that the record makes. */
export async function pages(): Promise<Record<string, string>> {
  const record = await readRecord();
  const drawn = Object.entries(plots).map(([file, one]) => [file, plot(one, record.measured)]);
  return {...Object.fromEntries(drawn), [PAGE]: await pageWith(PAGE, 'npm run bench -- --record', figuresOf(record))};
}

/** The figures as Markdown. */
function figuresOf({date, commit, machine, measured, checks, facts, latencies}: BenchRecord): string {
  const results = [judged(measured), ...facts.map(describeFact)].join('\n');
  return [
    `Commit ${commit}, ${date}, ${machine}. Medians [quartiles].`,
    ...Object.entries(plots).map(([file, {title}]) => `![${title}](${file.replace('docs/', '')})`),
    tables(measured),
    latencyTable(latencies),
    describeChecks(checks),
    `\`\`\`text\n${results}\n\`\`\``,
  ].join('\n\n');
}

/** A line for each endpoint and variant. */
export function latencyTable(latencies: Latency[]): string {
  const rows = latencies.map(({variant, endpoint, rate, ...ms}) => {
    const [p50, p99, p999] = [ms.p50, ms.p99, ms.p999].map(value => value.toFixed(1));
    return `| ${endpoint} | ${rate} | ${variant} | ${p50} | ${p99} | ${p999} |`;
  });
  return [
    '| Latency at 40 % load | requests/s | variant | p50, ms | p99, ms | p99.9, ms |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.toSorted(),
  ].join('\n');
}
