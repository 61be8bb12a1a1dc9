import type {Edit, Edits} from '../edits.ts';
import {domain} from './domain.ts';

const contract: Edit[] = [
  {from: "import {idempotencyHeaders} from '#platform/idempotency.ts';\n", to: 'import {Id}'},
  {from: "import {pageQuery} from '#platform/pages.ts';\n", to: 'import {text}'},
  {from: 'export const OrderStatus', to: 'export const NewOrder'},
  {from: 'export const StatusChange', to: 'export const OrderBody'},
  {replace: '    id: Id,\n', by: ''},
  {from: '    status: OrderStatus,\n    createdAt', to: '  })\n'},
  {from: 'export const OrderPath', to: 'export const unknownUser'},
  {from: 'export const orderNotFound', to: 'export const usersUnavailable'},
  {replace: 'could not be checked. Nothing was stored.', by: 'could not be checked. Nothing was done.'},
];

const routes: Edit[] = [
  {replace: "import * as z from 'zod';\n", by: ''},
  {replace: '{forbidden, keyReused, outcomeUnknown}', by: '{forbidden}'},
  {replace: "import {nextLink} from '#platform/pages.ts';\n", by: ''},
  {replace: '  IdempotencyKey,\n  illegalTransition,\n', by: ''},
  {replace: '  orderNotFound,\n  OrderPath,\n  OrdersQuery,\n  StatusChange,\n', by: ''},
  {replace: 'changeStatus, findOrder, listOrders, placeOrder', by: 'placeOrder'},
  {replace: "summary: 'Place an order'", by: "summary: 'Calculate an order'"},
  {
    from: '    input: {headers: IdempotencyKey',
    to: '];\n\nexport const document',
    by: `    input: {body: NewOrder},
    status: 200,
    answer: OrderBody,
    problems: [unknownUser, forbidden, usersUnavailable],
    handle: async (_ctx, {body}, deps, caller) => toWire(await placeOrder(deps, caller, body)),
  }),
`,
  },
  {
    replace: 'Takes orders of users, and tracks them from pending to delivered.',
    by: 'Says what orders of users cost, and stores nothing.',
  },
];

const metrics: Edit[] = [
  {
    from: 'import {Counter, Histogram',
    to: 'import type {Observe}',
    by: "import {Histogram, type Registry} from 'prom-client';\n",
  },
  {from: '  const orders = new Counter', to: '  const value = new Histogram'},
  {from: '  return (event, ', by: '  return ({totalCents}) => value.observe(totalCents / 100);\n}\n'},
];

const main: Edit[] = [
  {replace: "import {untilStoreIsOpen} from '#platform/mongo/open.ts';\n", by: ''},
  {replace: "import {createStore} from './store.ts';\n", by: ''},
  {replace: 'const store = await untilStoreIsOpen(service, createStore);\n', by: ''},
  {replace: '{store, findUser', by: '{findUser'},
  {replace: 'serve(app, service, () => store.close())', by: 'serve(app, service)'},
];

const config: Edit[] = [
  {replace: "import {databaseSettings} from '#platform/mongo/settings.ts';\n", by: ''},
  {replace: '  ...databaseSettings,\n', by: ''},
];

const panels: Edit[] = [
  {
    from: "      expr: sum(increase(select('orders_total')",
    to: "    }),\n    panel('Idempotent replays",
    by: "      expr: sum(increase(select('orders_value_count'), '1h')),\n      legend: 'orders',\n",
  },
  {from: "    panel('Idempotent replays", to: "    panel(\n      'Order value"},
];

const image: Edit[] = [
  {
    replace: 'Takes the orders of users, and moves them from pending to delivered',
    by: 'Says what orders of users cost, and stores nothing',
  },
];

/** The code of the service, which only answers what an order costs. */
export const service: Edits = {
  'services/orders/contract.ts': contract,
  'services/orders/orders.ts': domain,
  'services/orders/routes.ts': routes,
  'services/orders/metrics.ts': metrics,
  'services/orders/main.ts': main,
  'services/orders/config.ts': config,
  'observability/services/orders.ts': panels,
  'Dockerfile.orders': image,
};
