import {Counter, type Registry} from 'prom-client';
import {startAtZero} from '#platform/metrics.ts';
import type {Observe} from './users.ts';

const EVENTS: Parameters<Observe>[0][] = [
  'registered',
  'changed',
  'change_refused',
  'removed',
  'logged_in',
  'login_refused',
];

/** Counts events of users by kind. */
export function countUsers(registry: Registry): Observe {
  const events = new Counter({
    name: 'users_events_total',
    help: 'Events of users: registered, changed, change_refused (wrong password), removed, logged_in, login_refused.',
    labelNames: ['event'],
    registers: [registry],
  });
  startAtZero(events, 'event', EVENTS);
  return event => events.inc({event});
}
