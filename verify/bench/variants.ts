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
  /** Settings of both services. */
  settings: Record<string, string>;
  /** The benchmarks that have it. */
  runs: readonly BenchName[];
};

/** `npm run bench`, and by the words behind it: the variants that most goals compare, and each part of observability. */
export type BenchName = 'whole' | 'quick' | 'observability';

export type VariantName =
  | 'none'
  | 'all'
  | 'before'
  | 'metrics'
  | 'log'
  | 'traces'
  | 'traces-all'
  | 'stock'
  | 'stock-all'
  | 'bare'
  | 'tutorial'
  | 'fastify'
  | 'fastify-stock'
  | 'nest'
  | 'nest-stock';

const METER = './verify/bench/meter.ts';
const userFields = {passwordHash: 'nobody logs in', version: 1};
const plain = {
  imports: [METER],
  spansOf: [],
  userFields,
  isScraped: false,
  settings: {},
  runs: ['whole', 'quick'],
} satisfies Partial<Variant>;

const whole = ['whole'] as const;

/** Adds the tracing of OpenTelemetry's instrumentations. */
const traced = (...spansOf: string[]) => ({imports: [METER, './verify/bench/stock.ts'], spansOf, runs: whole});

const byOpenTelemetry = (...names: string[]) => names.map(name => `@opentelemetry/instrumentation-${name}`);

const mongoose = {password: 'nobody logs in', __v: 0};
const fastify = {...plain, file: 'verify/bench/fastify/*.ts', userFields: {password: 'nobody logs in'}, runs: whole};
const nest = {...plain, file: 'verify/bench/nest/*.ts', userFields: mongoose, runs: whole};

/** The services of another checkout, to compare a change with what was before. */
export const variantBefore = (folder: string): Variant => ({
  ...plain,
  name: 'before',
  file: `${folder}/services/*/main.ts`,
  spansOf: ['duet'],
  isScraped: true,
});

const blind = {...plain, file: 'verify/bench/none/*.ts'};
const stock = {...blind, ...traced(...byOpenTelemetry('http', 'koa', 'mongodb'))};

/** One part of observability alone. */
const alone = (part: 'metrics' | 'log' | 'traces', more: Partial<Variant> = {}) =>
  ({...blind, name: part, runs: ['observability'], ...more, settings: {BENCH_WITH: part, ...more.settings}}) as const;

const ALWAYS = {OTEL_TRACES_SAMPLER_ARG: '1'};
const everywhere = ['whole', 'quick', 'observability'] as const;

/** The product. */
export const all: Variant = {
  ...plain,
  name: 'all',
  file: 'services/*/main.ts',
  spansOf: ['duet'],
  isScraped: true,
  runs: everywhere,
};

/** `none` and `stock` are its services without its metrics, log and traces. */
export const variants: Variant[] = [
  {...blind, name: 'none', runs: everywhere},
  all,
  alone('metrics', {isScraped: true}),
  alone('log'),
  alone('traces', {spansOf: ['duet']}),
  alone('traces', {name: 'traces-all', spansOf: ['duet'], settings: ALWAYS}),
  {...stock, name: 'stock', runs: ['whole', 'observability']},
  {...stock, name: 'stock-all', settings: ALWAYS, runs: ['observability']},
  {...plain, name: 'bare', file: 'verify/bench/bare/*.ts'},
  {...plain, name: 'tutorial', file: 'verify/bench/tutorial/*.ts', userFields: mongoose},
  {...fastify, name: 'fastify'},
  {...fastify, ...traced('@fastify/otel', ...byOpenTelemetry('http', 'mongodb')), name: 'fastify-stock'},
  {...nest, name: 'nest'},
  {...nest, ...traced(...byOpenTelemetry('http', 'express', 'mongodb', 'mongoose')), name: 'nest-stock'},
];
