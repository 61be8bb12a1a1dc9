import test from 'ava';
import * as z from 'zod';
import {readConfig} from '#platform/config.ts';
import {baseSettings} from '#platform/settings.ts';
import {services, settings} from '../config.ts';
import {planOf} from '../plan.ts';

/** The plan of each service, by its name, in an environment with these variables. */
function plansIn(env: Record<string, string>) {
  const config = readConfig(settings, env);
  return Object.fromEntries(services.map(service => [service.name, planOf(service, config, env)]));
}

test('users starts first, and the defaults are those of the services', t => {
  const {users, orders} = plansIn({});

  t.deepEqual(services.map(({name}) => name).slice(0, 2), ['users', 'orders']);
  t.deepEqual(users?.ports, {USERS_PORT: 3001, USERS_OPS_PORT: 9001, USERS_MONGO_PORT: 27101});
  t.deepEqual(orders?.ports, {ORDERS_PORT: 3002, ORDERS_OPS_PORT: 9002, ORDERS_MONGO_PORT: 27102});
});

test('a service is given the address of each service that it calls, and of no other', t => {
  const {users, orders} = plansIn({USERS_PORT: '4001'});

  t.is(orders?.env['USERS_URL'], 'http://127.0.0.1:4001');
  t.deepEqual(
    Object.keys(users?.env ?? {}).filter(name => name.endsWith('_URL')),
    ['MONGO_URL'],
  );
});

test('an address that is given is kept', t => {
  const {orders} = plansIn({USERS_URL: 'http://users.example', ORDERS_MONGO_URL: 'mongodb://mine/orders'});

  t.is(orders?.env['USERS_URL'], 'http://users.example');
  t.is(orders?.env['MONGO_URL'], 'mongodb://mine/orders');
  t.is(orders?.mongo, undefined);
});

test('a service without a database is given none, and no port of one must be free', t => {
  const settingsOfTariffs = z.object(baseSettings({api: 3009, ops: 9009}));
  const config = {...readConfig(settings, {}), TARIFFS_PORT: 3009, TARIFFS_OPS_PORT: 9009};
  const tariffs = planOf({name: 'tariffs', settings: settingsOfTariffs, port: 3009, opsPort: 9009}, config, {});

  t.is(tariffs.env['MONGO_URL'], undefined);
  t.is(tariffs.mongo, undefined);
  t.deepEqual(tariffs.ports, {TARIFFS_PORT: 3009, TARIFFS_OPS_PORT: 9009});
});

test('only the service that signs tokens gets a key, and not when keys are given', t => {
  const made = plansIn({DATA_FOLDER: 'data'});
  const given = plansIn({AUTH_KEYS_FILE: 'mine.pem'});

  t.is(made['users']?.keyFile, 'data/auth-keys.pem');
  t.is(made['orders']?.keyFile, undefined);
  t.is(given['users']?.keyFile, undefined);
});

test('services listen for this machine only, unless a setting says otherwise', t => {
  t.is(plansIn({})['users']?.env['LISTEN_HOST'], '127.0.0.1');
  t.is(plansIn({LISTEN_HOST: '0.0.0.0'})['orders']?.env['LISTEN_HOST'], '0.0.0.0');
});
