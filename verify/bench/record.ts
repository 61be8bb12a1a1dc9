import {execFile} from 'node:child_process';
import {readFile, writeFile} from 'node:fs/promises';
import {cpus} from 'node:os';
import {promisify} from 'node:util';
import type {Fact} from './facts.ts';
import type {Measurement} from './figures.ts';
import type {Latency} from './latency.ts';

/** What one run measured, of which commit and where. */
export type BenchRecord = {
  date: string;
  commit: string;
  machine: string;
  measured: Measurement[];
  /** Requests a second of `all` at saturation, by our load generator and by autocannon. */
  checks: {own: number; autocannon: number}[];
  facts: Fact[];
  latencies: Latency[];
};

/** The last record: docs/performance.md is made from it, and each run is compared with it. */
const RECORD = 'verify/bench/record.json';

export const readRecord = async (): Promise<BenchRecord> => JSON.parse(await readFile(RECORD, 'utf8')) as BenchRecord;

/** One measurement a line, so that a diff shows what has changed. */
export const writeRecord = async (record: BenchRecord): Promise<void> =>
  writeFile(RECORD, `${JSON.stringify(record, rounded).replaceAll('{"sweep"', '\n{"sweep"')}\n`);

/** Five digits are more than two runs have in common. */
const rounded = (_name: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(5)) : value;

export const today = (): string => new Date().toISOString().slice(0, 10);

export const machine = (): string => `${cpus().length} cores (${cpus()[0]?.model}), Node ${process.version}`;

/** The commit that is measured; with changes that are not in it, says so. */
export async function commitOf(): Promise<string> {
  const git = promisify(execFile);
  const {stdout: commit} = await git('git', ['rev-parse', '--short', 'HEAD']);
  const {stdout: changes} = await git('git', ['status', '--porcelain', '--', 'services', 'package-lock.json']);
  return `${commit.trim()}${changes ? ' with changes' : ''}`;
}
