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

export type VariantName = 'none' | 'all' | 'before' | 'stock' | 'bare' | 'tutorial';

const METER = './verify/bench/meter.ts';
const userFields = {passwordHash: 'nobody logs in', version: 1};
const plain = {imports: [METER], spansOf: [], userFields, isScraped: false, isQuick: true};
const stock = ['http', 'koa', 'mongodb', 'mongoose'].map(name => `@opentelemetry/instrumentation-${name}`);

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
    name: 'stock',
    file: 'verify/bench/none/*.ts',
    imports: [METER, './verify/bench/stock.ts'],
    spansOf: stock,
    isQuick: false,
  },
  {...plain, name: 'bare', file: 'verify/bench/bare/*.ts'},
  {...plain, name: 'tutorial', file: 'verify/bench/tutorial/*.ts', userFields: {password: 'nobody logs in', __v: 0}},
];
