import {randomBytes} from 'node:crypto';
import {setTimeout as wait} from 'node:timers/promises';
import type {Program} from './program.ts';
import {addTo, type SpanCounts} from './spans.ts';
import {askOnce, EXPORT_MS, startSystem} from './system.ts';
import type {Backends} from './backends.ts';
import type {Variant} from './variants.ts';

const REQUESTS = 10;

/**
 * Sends sampled requests to a variant. Returns a line for each endpoint with the spans that the collector got.
 * @throws if an expected instrumentation makes no span: its cost would not be measured.
 */
export async function probe(variant: Variant, backends: Backends): Promise<string[]> {
  const {endpoints, stop} = await startSystem(variant, backends);
  const lines: string[] = [];
  await settled(backends.collector);
  for (const endpoint of endpoints) {
    const {name} = endpoint;
    for (let request = 0; request < REQUESTS; request++) await askOnce(endpoint, {traceparent: sampled()});
    const counts = await settled(backends.collector);
    const missing = variant.spansOf.filter(scope => !counts[scope]);
    if (missing.length > 0) throw new Error(`${variant.name} makes no span of ${missing.join(', ')} for ${name}`);
    lines.push(`${variant.name}: ${name} makes ${describe(counts)}`);
  }
  await stop();
  return lines;
}

/** Waits until no more spans arrive. Returns their numbers. */
async function settled(collector: Program): Promise<SpanCounts> {
  const counts: SpanCounts = {};
  for (;;) {
    await wait(2 * EXPORT_MS);
    const more = await collector.ask<SpanCounts>();
    if (Object.keys(more).length === 0) return counts;
    addTo(counts, more);
  }
}

const sampled = (): string => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;

function describe(counts: SpanCounts): string {
  const each = Object.entries(counts).map(([scope, count]) => `${scope.split('-').at(-1)} ${count / REQUESTS}`);
  const sum = Object.values(counts).reduce((total, count) => total + count, 0);
  return `${sum / REQUESTS} spans (${each.join(', ')})`;
}
