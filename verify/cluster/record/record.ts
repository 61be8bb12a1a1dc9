import {readFile} from 'node:fs/promises';
import type {Timeline} from '../../lib/load/plan.ts';

/** What a load met. Times are in milliseconds; latencies count from when a request was due. */
export type LoadRecord = {
  name: string;
  sent: number;
  /** The wrong answers by outcome, as text; empty if there are none. */
  failures: string;
  seconds: number;
  latencyMs: Record<'p50' | 'p99' | 'p999' | 'slowest', number>;
  timeline: Timeline;
  /** What happened when, since the timeline began. */
  marks: {ms: number; what: string}[];
};

/** A claim, or the control of one, as a run found it at a commit. */
export type ClaimRecord = {
  title: string;
  holds: boolean;
  figures: string;
  seconds: number;
  commit: string;
  date: string;
  loads: LoadRecord[];
};

/** Where claims were checked. Figures of another place cannot stand beside them. */
export type Place = {machine: string; kubernetes: string; rate: number};

/** What `npm run prove -- --record` found of a version, in one place. */
export type ProveRecord = {version: string; place: Place; claims: ClaimRecord[]};

/** The folder of the records of a version. */
export const folderOf = (version: string): string => `reports/${version}`;

export const readRecord = async (version: string): Promise<ProveRecord> =>
  JSON.parse(await readFile(`${folderOf(version)}/record.json`, 'utf8')) as ProveRecord;
