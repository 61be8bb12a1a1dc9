/** One way to run both services, measured beside the others. */
export type Variant = {
  name: VariantName;
  /** The program of a service, whose name takes the place of the star. */
  file: string;
  /** Loaded before it. */
  imports: string[];
  /** The instrumentations whose spans every request must have; none where nothing is traced. */
  spansOf: string[];
  /** Whether it has metrics for Prometheus to read. */
  isScraped: boolean;
};

export type VariantName = 'none' | 'all' | 'stock' | 'bare' | 'tutorial';

const METER = './verify/bench/meter.ts';
const plain = {imports: [METER], spansOf: [], isScraped: false};
const stock = ['http', 'koa', 'mongodb', 'mongoose'].map(name => `@opentelemetry/instrumentation-${name}`);

/** `none` and `stock` are the services without observability of their own, `all` is the product as it is. */
export const variants: Variant[] = [
  {...plain, name: 'none', file: 'verify/bench/none/*.ts'},
  {...plain, name: 'all', file: 'services/*/main.ts', spansOf: ['duet'], isScraped: true},
  {
    ...plain,
    name: 'stock',
    file: 'verify/bench/none/*.ts',
    imports: [METER, './verify/bench/stock.ts'],
    spansOf: stock,
  },
  {...plain, name: 'bare', file: 'verify/bench/bare/*.ts'},
  {...plain, name: 'tutorial', file: 'verify/bench/tutorial/*.ts'},
];
