import test from 'ava';
import {mongoUrl} from '../settings.ts';

for (const [url, isOne] of [
  ['mongodb://localhost/orders', true],
  ['mongodb://orders:secret@one:27017,two:27017,three:27017/orders?replicaSet=rs0&authSource=orders', true],
  ['mongodb+srv://orders:secret@cluster.example/orders?tls=false', true],
  ['mongodb://[::1]:27017/orders', true],
  ['http://localhost/orders', false],
  ['mongodb://localhost', false],
  ['mongodb://localhost/?tls=true', false],
  ['mongodb:///orders', false],
] as const) {
  test(`${url} is ${isOne ? 'a' : 'not a'} MongoDB URL with a database`, t => {
    t.is(mongoUrl.safeParse(url).success, isOne);
  });
}
