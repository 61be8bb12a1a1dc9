import {readFile, writeFile} from 'node:fs/promises';
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
