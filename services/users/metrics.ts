import {Counter, type Registry} from 'prom-client';
import {startAtZero} from '#platform/metrics.ts';
import type {Announce} from './users.ts';

/** Counts what happens to users. */
export function countUsers(registry: Registry): Announce {
  const events = new Counter({
    name: 'users_events_total',
    help: 'What happened to users: registered, changed, removed, logged in, or refused at login.',
    labelNames: ['event'],
    registers: [registry],
  });
  startAtZero(events, 'event', ['registered', 'changed', 'removed'] satisfies Parameters<Announce>[0][]);
  return event => events.inc({event});
}
