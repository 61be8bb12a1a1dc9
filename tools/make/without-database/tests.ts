import type {Edit, Edits} from '../edits.ts';
import {accessTests} from './access-tests.ts';
import {domainTests} from './domain-tests.ts';
import {routesTests} from './routes-tests.ts';

const fixtures: Edit[] = [
  {replace: "import {openTestStore} from '#platform/test/open-test-store.ts';\n", by: ''},
  {replace: "import {createStore} from '../store.ts';\n", by: ''},
  {replace: 'which runs on a real MongoDB and asks', by: 'which asks'},
  {replace: 'export async function', by: 'export function'},
  {replace: '  const store = await openTestStore(t, createStore);\n', by: ''},
  {replace: '{store, findUser', by: '{findUser'},
];

const metrics: Edit[] = [
  {replace: "import {OrderStatus} from '../contract.ts';\n", by: ''},
  {replace: "{status: 'pending', totalCents: 5_997}", by: '{totalCents: 5_997}'},
  {
    from: "test('a new order is counted",
    by: `test('an order is counted with its value', async t => {
  const registry = new Registry();
  const observe = countOrders(registry);

  observe(order);

  const text = await registry.metrics();
  t.regex(text, /orders_value_sum 59\\.97\\n/u);
  t.regex(text, /orders_value_count 1\\n/u);
});
`,
  },
];

/** The tests of the service. */
export const tests: Edits = {
  'services/orders/test/fixtures.ts': fixtures,
  'services/orders/test/access.test.ts': accessTests,
  'services/orders/test/routes.test.ts': routesTests,
  'services/orders/test/orders.test.ts': domainTests,
  'services/orders/test/metrics.test.ts': metrics,
};
