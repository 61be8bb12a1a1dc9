import {Counter, type Registry} from 'prom-client';
import {startAtZero} from '#platform/metrics.ts';
import type {Observe} from './users.ts';

const EVENTS: Parameters<Observe>[0][] = ['registered', 'changed', 'removed', 'logged_in', 'login_refused'];

/** Counts what happens to users. */
export function countUsers(registry: Registry): Observe {
  const events = new Counter({
    name: 'users_events_total',
    help: 'What happened to users: registered, changed, removed, logged in, or refused at login.',
    labelNames: ['event'],
    registers: [registry],
  });
  startAtZero(events, 'event', EVENTS);
  return event => events.inc({event});
}
