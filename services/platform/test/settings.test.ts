import test from 'ava';
import {mongoUrl} from '../settings.ts';

for (const url of [
  'mongodb://localhost/orders',
  'mongodb://orders:secret@one:27017,two:27017,three:27017/orders?replicaSet=rs0&authSource=orders',
  'mongodb+srv://orders:secret@cluster.example/orders?tls=false',
  'mongodb://[::1]:27017/orders',
]) {
  test(`${url} names a database`, t => {
    t.true(mongoUrl.safeParse(url).success);
  });
}

for (const url of [
  'http://localhost/orders',
  'mongodb://localhost',
  'mongodb://localhost/?tls=true',
  'mongodb:///orders',
]) {
  test(`${url} names no database`, t => {
    t.false(mongoUrl.safeParse(url).success);
  });
}
