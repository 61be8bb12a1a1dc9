import type {Edit} from '../edits.ts';

/** The tests of the domain. */
export const domainTests: Edit[] = [
  {
    replace: "import {AppError} from '#platform/errors.ts';\nimport {fingerprintOf} from '#platform/idempotency.ts';\n",
    by: "import {timeLeft} from '#platform/deadline.ts';\nimport {AppError} from '#platform/errors.ts';\n",
  },
  {
    from: "import {OrderStatus} from '../contract.ts';\n",
    to: 'import {book, buyer',
    by: "import {placeOrder, PLACE_WITHIN_MS, type Deps} from '../orders.ts';\n",
  },
  {from: 'const now = ', to: 'const input = '},
  {
    from: 'const keyed = ',
    to: 'const never = ',
    by: `
const depsWith = (findUser = findBuyer): Deps => ({
  findUser,
  observe: () => undefined,
});
`,
  },
  {
    from: "test('a new order is pending",
    to: 'const owner: Principal',
    by: `test('the total of an order is exact, and the order is observed', async t => {
  const products = [book, {productId: 'pen', quantity: 1, price: 0.1}, {productId: 'cap', quantity: 1, price: 0.2}];
  const observed: unknown[] = [];
  const deps = {...depsWith(), observe: (order: unknown) => void observed.push(order)};

  const order = await placeOrder(deps, everybody, {userId: buyer, products});

  t.is(order.totalCents, 5997 + 30);
  t.deepEqual(observed, [order]);
});

test('an order for an unknown user is refused', async t => {
  const place = placeOrder(depsWith(), everybody, {...input, userId: newId()});

  t.is(codeOf(await t.throwsAsync(place, {instanceOf: AppError})), 'unknown_user');
});

test('if users is unavailable, the order is refused', async t => {
  const down = new Error('users is down');
  const deps = depsWith(() => Promise.reject(down));

  t.is(await t.throwsAsync(placeOrder(deps, everybody, input)), down);
});

test('users must answer before the deadline of the order', async t => {
  const asked: number[] = [];
  const deps = depsWith(id => (asked.push(timeLeft()), Promise.resolve({id})));

  await placeOrder(deps, everybody, input);

  t.true(asked.length === 1 && asked.every(left => left > 0 && left <= PLACE_WITHIN_MS));
});

`,
  },
  {replace: 'depsWith({}, (id, token)', by: 'depsWith((id, token)'},
  {
    from: '  test(`${who} who names no buyer',
    to: "test('in open mode an order must name its buyer'",
    by: `  test(\`\${who} who names no buyer is the buyer\`, async t => {
    const deps = depsWith(id => Promise.resolve({id}));

    const order = await placeOrder(deps, caller, {products: [book]});

    t.is(order.userId, caller.id);
  });
}

test('a field that the contract gains is answered', async t => {
  const later = {...input, note: 'ring twice'};

  t.like(await placeOrder(depsWith(), everybody, later), {note: 'ring twice', userId: buyer, totalCents: 5997});
});

test('an order for another user is forbidden before any lookup', async t => {
  const place = placeOrder(depsWith(never), another, input);

  t.is(codeOf(await t.throwsAsync(place, {instanceOf: AppError})), 'forbidden');
});

`,
  },
  {replace: 'depsWith({}, never)', by: 'depsWith(never)'},
  {from: 'for (const [who, caller, userId, listed] of ['},
];
