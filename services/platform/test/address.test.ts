import test from 'ava';
import {clientOf, networkOf} from '../address.ts';

for (const [address, client] of [
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:10.0.0.7', '10.0.0.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0DB8:0001:0002::6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['::', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::ffff:c633:6408', '198.51.100.8'],
  ['::FFFF:198.51.100.8', '198.51.100.8'],
  ['0:0:0:0:0:ffff:c633:6408', '198.51.100.8'],
  ['64:ff9b::c633:6408', '198.51.100.8'],
  ['::ffff:0:c633:6408', '0:0:0:0'],
  ['2001:db8::ffff:c633:6408', '2001:db8:0:0'],
  ['2001:db8:1:2:3:4:198.51.100.8', '2001:db8:1:2'],
  ['10.0.0.7:1234', '10.0.0.7'],
  ['203.0.113.9:5000', '203.0.113.9'],
  ['[2001:db8::1]:40000', '2001:db8:0:0'],
  ['[2001:db8::1]', '2001:db8:0:0'],
  ['[::ffff:198.51.100.8]:40000', '198.51.100.8'],
  ['10.0.0.7:', undefined],
  ['10.0.0.7:x', undefined],
  ['10.0.0.300:80', undefined],
  ['[2001:db8::1', undefined],
  ['[2001:db8::1]:', undefined],
  ['[]:80', undefined],
  ['2001:db8::1]:80', undefined],
  ['unknown', undefined],
  ['', undefined],
  ['a'.repeat(8_000), undefined],
] as const) {
  test(`"${address.slice(0, 30)}" identifies ${client ? `the client ${client}` : 'no client'}`, t => {
    t.is(clientOf(address), client);
  });
}

for (const [address, network] of [
  ['2001:db8:1:2ff:3:4:5:6', '2001:db8:1:200'],
  ['2001:db8:1:200::1', '2001:db8:1:200'],
  ['2001:db8:1:300::1', '2001:db8:1:300'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['127.0.0.1', undefined],
  ['::ffff:10.0.0.7', undefined],
] as const) {
  test(`${address} is in ${network ? `the network ${network}` : 'no IPv6 network'}`, t => {
    t.is(networkOf(clientOf(address) ?? ''), network);
  });
}
