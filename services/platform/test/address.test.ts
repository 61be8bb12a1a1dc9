import test from 'ava';
import {clientOf} from '../address.ts';

for (const [address, client] of [
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:10.0.0.7', '10.0.0.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0DB8:0001:0002::6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['::', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['10.0.0.7:1234', undefined],
  ['unknown', undefined],
  ['', undefined],
  ['a'.repeat(8_000), undefined],
] as const) {
  test(`"${address.slice(0, 30)}" identifies ${client ? `the client ${client}` : 'no client'}`, t => {
    t.is(clientOf(address), client);
  });
}
