import test from 'ava';
import * as z from 'zod';
import {ConfigError, readConfig} from '../config.ts';
import {mongoUrl} from '../mongo/settings.ts';
import {baseSettings, coherent} from '../settings.ts';

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

const settings = z.object({CORS_ORIGINS: baseSettings({api: 1, ops: 2}).CORS_ORIGINS});
const read = (origins: string) => readConfig(settings, {CORS_ORIGINS: origins}).CORS_ORIGINS;

for (const [origins, normal] of [
  ['', []],
  ['https://shop.example', ['https://shop.example']],
  ['https://shop.example/', ['https://shop.example']],
  ['HTTPS://Shop.Example', ['https://shop.example']],
  ['https://shop.example:443', ['https://shop.example']],
  ['http://shop.example:80', ['http://shop.example']],
  ['https://shop.example:8443', ['https://shop.example:8443']],
  ['http://localhost:3000, http://[::1]:3000,', ['http://localhost:3000', 'http://[::1]:3000']],
  ['https://bücher.example', ['https://xn--bcher-kva.example']],
] as const) {
  test(`CORS_ORIGINS "${origins}" allows [${normal.join()}]`, t => {
    t.deepEqual(read(origins), [...normal]);
  });
}

for (const origin of [
  '*',
  'null',
  'shop.example',
  'shop.example:443',
  '//shop.example',
  'https://*.shop.example',
  'https://shop.example/cart',
  'https://shop.example/?a',
  'https://ann:secret@shop.example',
  'ftp://shop.example',
  'https://',
]) {
  test(`CORS_ORIGINS with "${origin}" is refused at start, because it would match no page`, t => {
    const error = t.throws(() => read(`https://good.example,${origin}`), {instanceOf: ConfigError});

    t.true(error?.message.includes(`CORS_ORIGINS: "${origin}" is not an origin such as https://shop.example`));
  });
}

const all = coherent(z.object(baseSettings({api: 3000, ops: 9000})));
const readAll = (env: Record<string, string>) => readConfig(all, env);

for (const drain of ['20000', '30000']) {
  test(`a drain of ${drain} ms in a shutdown of 20000 ms is refused`, t => {
    t.throws(() => readAll({DRAIN_MS: drain, SHUTDOWN_MS: '20000'}), {
      message: 'Invalid settings:\n  DRAIN_MS: must be less than SHUTDOWN_MS',
    });
  });
}

test('a drain that ends before the shutdown is accepted, also by default', t => {
  t.like(readAll({}), {DRAIN_MS: 5_000, SHUTDOWN_MS: 20_000});
  t.like(readAll({DRAIN_MS: '19999'}), {DRAIN_MS: 19_999});
});
