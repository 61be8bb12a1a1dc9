import {randomBytes} from 'node:crypto';
import {setTimeout as wait} from 'node:timers/promises';
import {EXPORT_MS, startSystem} from './system.ts';
import type {Program} from './program.ts';
import {send} from './send.ts';
import {addTo, type SpanCounts} from './spans.ts';
import type {Backends} from './backends.ts';
import type {Variant} from './variants.ts';

const REQUESTS = 10;

/**
 * What the collector gets of sampled requests to a variant, a line for each endpoint.
 * @throws when an instrumentation that should be there made no span: its cost would be left out.
 */
export async function probe(variant: Variant, backends: Backends): Promise<string[]> {
  const {endpoints, stop} = await startSystem(variant, backends);
  const lines: string[] = [];
  await settled(backends.collector);
  for (const {name, nextCall} of endpoints) {
    for (let request = 0; request < REQUESTS; request++) await send(nextCall(), {traceparent: sampled()});
    const counts = await settled(backends.collector);
    const missing = variant.spansOf.filter(scope => !counts[scope]);
    if (missing.length > 0) throw new Error(`${variant.name} makes no span of ${missing.join(', ')} for ${name}`);
    lines.push(`${variant.name}: ${name} makes ${describe(counts)}`);
  }
  await stop();
  return lines;
}

/** The spans that came until none came any more. */
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
