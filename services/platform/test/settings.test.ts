import test from 'ava';
import * as z from 'zod';
import {readConfig} from '../config.ts';
import {baseSettings, coherent, mongoUrl} from '../settings.ts';

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

const settings = coherent(z.object(baseSettings({api: 3000, ops: 9000})));
const read = (env: Record<string, string>) => readConfig(settings, {MONGO_URL: 'mongodb://localhost/things', ...env});

for (const drain of ['20000', '30000']) {
  test(`a drain of ${drain} ms in a shutdown of 20000 ms is refused`, t => {
    t.throws(() => read({DRAIN_MS: drain, SHUTDOWN_MS: '20000'}), {
      message: 'Invalid settings:\n  DRAIN_MS: must be less than SHUTDOWN_MS',
    });
  });
}

test('a drain that ends before the shutdown is accepted, also by default', t => {
  t.like(read({}), {DRAIN_MS: 5_000, SHUTDOWN_MS: 20_000});
  t.like(read({DRAIN_MS: '19999'}), {DRAIN_MS: 19_999});
});
