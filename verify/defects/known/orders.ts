import type {Defect} from '../defect.ts';

export const orders: Defect[] = [
  {
    name: 'keys are ignored',
    cost: 'A client that sends an order again after a lost answer gets two parcels',
    file: 'services/orders/orders.ts',
    from: 'key === undefined ? undefined : {key, fingerprint: fingerprintOf(input)};',
    to: 'undefined as Keyed | undefined;',
    caughtBy: 'services/orders/test/orders.test.ts',
  },
  {
    name: 'the key is looked up after users',
    cost: 'While users is down, nobody can find out whether an order was placed',
    file: 'services/orders/orders.ts',
    from: `  const earlier = keyed && (await store.findByKey(input.userId, keyed.key));
  if (earlier) return replay(earlier, keyed);

  const buyer = await findUser(input.userId, caller.token);
  if (!buyer) throw new AppError(unknownUser);
`,
    to: `  const buyer = await findUser(input.userId, caller.token);
  if (!buyer) throw new AppError(unknownUser);

  const earlier = keyed && (await store.findByKey(input.userId, keyed.key));
  if (earlier) return replay(earlier, keyed);
`,
    caughtBy: 'services/orders/test/orders.test.ts',
  },
  {
    name: 'a key is one key for all users',
    cost: 'A buyer whose key another one has used cannot order',
    file: 'services/orders/store.ts',
    from: "schema.index({userId: 1, key: 1}, {name: 'key_exists'",
    to: "schema.index({key: 1}, {name: 'key_exists'",
    caughtBy: 'services/orders/test/store.test.ts',
  },
  {
    name: 'a key fits any body',
    cost: 'Somebody who uses a key again believes that the second order was placed',
    file: 'services/orders/orders.ts',
    from: '  if (keyed.fingerprint !== fingerprint) throw new AppError(keyReused);\n',
    to: '',
    caughtBy: 'services/orders/test/orders.test.ts',
  },
  {
    name: 'prices are cut to cents',
    cost: '19.99 is charged as 19.98',
    file: 'services/orders/money.ts',
    from: 'Math.round(price * 100)',
    to: 'Math.trunc(price * 100)',
    caughtBy: 'services/orders/test/money.test.ts',
  },
  {
    name: 'the cursor is a time only',
    cost: 'Orders of one millisecond are missing between two pages',
    file: 'services/orders/store.ts',
    from: '$or: [{createdAt: {$lt: createdAt}}, {createdAt, _id: {$lt: toObjectId(id)}}],',
    to: 'createdAt: {$lt: createdAt}, ...(id && {}),',
    caughtBy: 'services/orders/test/store.test.ts',
  },
  {
    name: 'If-Match is not checked as it writes',
    cost: 'Of two clerks who change an order at once, one overwrites the other',
    file: 'services/orders/store.ts',
    from: '        ...ofVersion(versions),\n',
    to: '',
    caughtBy: 'services/orders/test/store.test.ts',
  },
  {
    name: 'orders of others can be read',
    cost: 'Any user reads what any other has bought',
    file: 'services/orders/orders.ts',
    from: '  if (!order || !mayActFor(caller, order.userId)) throw new AppError(orderNotFound);\n',
    to: '  if (!order) throw new AppError(orderNotFound);\n',
    caughtBy: 'services/orders/test/access.test.ts',
  },
  {
    name: 'any 404 means that there is no such user',
    cost: 'A wrong address of users tells every buyer that they do not exist',
    file: 'services/orders/users-client.ts',
    from: "codeOf(answer) === '404 user_not_found' ? 'not_found'",
    to: "answer.statusCode === 404 ? 'not_found'",
    caughtBy: 'services/orders/test/users-client.test.ts',
  },
];
