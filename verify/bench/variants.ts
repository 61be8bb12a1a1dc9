/** One way to write and run both services. */
export type Variant = {
  name: VariantName;
  /** The file of a service; `*` stands for its name. */
  file: string;
  /** Modules to load before it. */
  imports: string[];
  /** The instrumentations that make spans of every sampled request; empty if nothing is traced. */
  spansOf: string[];
  /** What the variant stores of a user in addition to what the answer shows. */
  userFields: Record<string, unknown>;
  /** Whether it serves metrics, which are then scraped. */
  isScraped: boolean;
  /** Whether the quick benchmark has it. */
  isQuick: boolean;
};

export type VariantName =
  | 'none'
  | 'all'
  | 'before'
  | 'stock'
  | 'bare'
  | 'tutorial'
  | 'fastify'
  | 'fastify-stock'
  | 'nest'
  | 'nest-stock';

const METER = './verify/bench/meter.ts';
const userFields = {passwordHash: 'nobody logs in', version: 1};
const plain = {imports: [METER], spansOf: [], userFields, isScraped: false, isQuick: true};

/** Adds the tracing of OpenTelemetry's instrumentations. */
const traced = (...spansOf: string[]) => ({imports: [METER, './verify/bench/stock.ts'], spansOf, isQuick: false});

const byOpenTelemetry = (...names: string[]) => names.map(name => `@opentelemetry/instrumentation-${name}`);

const mongoose = {password: 'nobody logs in', __v: 0};
const fastify = {...plain, file: 'verify/bench/fastify/*.ts', userFields: {password: 'nobody logs in'}, isQuick: false};
const nest = {...plain, file: 'verify/bench/nest/*.ts', userFields: mongoose, isQuick: false};

/** The services of another checkout, to compare a change with what was before. */
export const variantBefore = (folder: string): Variant => ({
  ...plain,
  name: 'before',
  file: `${folder}/services/*/main.ts`,
  spansOf: ['duet'],
  isScraped: true,
});

/** `all` is the product. `none` and `stock` are its services without their metrics, log and traces. */
export const variants: Variant[] = [
  {...plain, name: 'none', file: 'verify/bench/none/*.ts'},
  {...plain, name: 'all', file: 'services/*/main.ts', spansOf: ['duet'], isScraped: true},
  {
    ...plain,
    ...traced(...byOpenTelemetry('http', 'koa', 'mongodb')),
    name: 'stock',
    file: 'verify/bench/none/*.ts',
  },
  {...plain, name: 'bare', file: 'verify/bench/bare/*.ts'},
  {...plain, name: 'tutorial', file: 'verify/bench/tutorial/*.ts', userFields: mongoose},
  {...fastify, name: 'fastify'},
  {...fastify, ...traced('@fastify/otel', ...byOpenTelemetry('http', 'mongodb')), name: 'fastify-stock'},
  {...nest, name: 'nest'},
  {...nest, ...traced(...byOpenTelemetry('http', 'express', 'mongodb', 'mongoose')), name: 'nest-stock'},
];
