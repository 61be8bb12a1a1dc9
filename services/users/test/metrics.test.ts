import test from 'ava';
import {Registry} from 'prom-client';
import {countUsers} from '../metrics.ts';

test('events of users are counted, and each kind has a series before its first event', async t => {
  const registry = new Registry();
  const observe = countUsers(registry);

  observe('registered');

  const text = await registry.metrics();
  t.regex(text, /users_events_total\{event="registered"\} 1/u);
  t.regex(text, /users_events_total\{event="changed"\} 0/u);
  t.regex(text, /users_events_total\{event="change_refused"\} 0/u);
  t.regex(text, /users_events_total\{event="removed"\} 0/u);
  t.regex(text, /users_events_total\{event="logged_in"\} 0/u);
  t.regex(text, /users_events_total\{event="login_refused"\} 0/u);
});
