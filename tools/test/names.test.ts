import test from 'ava';
import {BadName, renamer, wordsOf} from '../make/names.ts';

for (const [name, plural, many, one] of [
  ['payments', undefined, 'payments', 'payment'],
  ['companies', undefined, 'companies', 'company'],
  ['boxes', undefined, 'boxes', 'box'],
  ['branches', undefined, 'branches', 'branch'],
  ['payment', undefined, 'payments', 'payment'],
  ['company', undefined, 'companies', 'company'],
  ['box', undefined, 'boxes', 'box'],
  ['day', undefined, 'days', 'day'],
  ['person', 'people', 'people', 'person'],
  ['news', 'newses', 'newses', 'news'],
] as const) {
  test(`${name}${plural ? ` with the plural ${plural}` : ''} is a service of ${many}, each of which is one ${one}`, t => {
    t.deepEqual(wordsOf(name, plural), {many, one});
  });
}

for (const [name, why] of [
  ['', /a to z and digits/u],
  ['../payments', /a to z and digits/u],
  ['Payments', /a to z and digits/u],
  ['gift-cards', /a to z and digits/u],
  ['gift_cards', /a to z and digits/u],
  ['1payments', /a to z and digits/u],
  ['zahlungsströme', /a to z and digits/u],
  ['payments payments', /a to z and digits/u],
  ['--help', /a to z and digits/u],
  ['classes', /a word of the language/u],
  ['new', /a word of the language/u],
  ['p'.repeat(31), /at most 30 characters/u],
] as const) {
  test(`"${name}" is no name for a service`, t => {
    t.regex(t.throws(() => wordsOf(name), {instanceOf: BadName})?.message ?? '', why);
  });
}

const orders = {many: 'orders', one: 'order'};
const payments = {many: 'payments', one: 'payment'};
const users = {many: 'users', one: 'user'};
const items = {many: 'items', one: 'item'};

for (const [text, expected] of [
  ['orders, order, Orders, Order, ORDERS, ORDER', 'payments, payment, Payments, Payment, PAYMENTS, PAYMENT'],
  ['listOrders placeOrder orderAt newOrders', 'listPayments placePayment paymentAt newPayments'],
  ['order_not_found ORDERS_URL orders_total _order', 'payment_not_found PAYMENTS_URL payments_total _payment'],
  ['/api/orders/:id charts/orders Dockerfile.orders', '/api/payments/:id charts/payments Dockerfile.payments'],
  ['An order, an order, a paid order, an `order`', 'A payment, a payment, a paid payment, a `payment`'],
  ['border, recorder, ordering, Ordered, REORDER', 'border, recorder, ordering, Ordered, REORDER'],
] as const) {
  test(`orders become payments in: ${text}`, t => {
    t.is(renamer([[orders, payments]])(text), expected);
  });
}

test('an article follows its new word', t => {
  t.is(renamer([[users, items]])('A user, a user and the user'), 'An item, an item and the item');
});

test('words can change places', t => {
  const rename = renamer([
    [orders, users],
    [users, orders],
  ]);

  t.is(rename('an order of a user'), 'a user of an order');
});
