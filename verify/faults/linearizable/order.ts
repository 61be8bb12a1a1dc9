import {call, type Answer} from '../../lib/client.ts';
import type {Operation} from '../../lib/linearizable.ts';
import type {Random} from '../../lib/random.ts';

/** What an order may become, as docs/api.md says: a model of its own, so that it cannot be wrong as the service is. */
const next: Record<string, string[]> = {
  pending: ['paid', 'cancelled'],
  paid: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: [],
};
const statuses = Object.keys(next);

/** Status and version of an order, as text. */
export type State = string;
export const INITIAL: State = 'pending 1';
const split = (state: State): [string, number] => [state.split(' ')[0] ?? '', Number(state.split(' ')[1])];

/** A change to this status, if the order has this version (undefined: any). */
export type Change = {to: string; version: number | undefined};

export function changeBy(random: Random): Change {
  const to = statuses[Math.floor(random() * statuses.length)] ?? '';
  // Orders have up to four versions; a change for the wrong one must be refused.
  return {to, version: random() < 0.5 ? undefined : 1 + Math.floor(random() * 3)};
}

export const send = (url: string, {to, version}: Change): Promise<Answer> =>
  call('PATCH', url, {json: {status: to}, headers: version === undefined ? {} : {'if-match': `"${version}"`}});

type Apply = Operation<State>['apply'] | 'nothing' | 'unknown';

/** The version is in the ETag only. */
export const stateIn = ({body, headers}: Answer): State =>
  `${String(body['status'])} ${String(headers['etag']).replaceAll('"', '')}`;

/** An order that was placed is there for ever. */
const impossible = (): undefined => undefined;

export function afterRead(answer: Answer): Apply {
  if (answer.status === 404) return impossible;
  return answer.status === 200 ? state => (state === stateIn(answer) ? state : undefined) : 'nothing';
}

export function afterChange(change: Change, answer: Answer): Apply {
  const fits = (version: number): boolean => change.version === undefined || change.version === version;
  if (answer.status === 404) return impossible;
  if (answer.status === 503) return 'nothing';
  if (answer.status === 200)
    return state => (fits(split(state)[1]) && moved(state, change) === stateIn(answer) ? stateIn(answer) : undefined);
  if (answer.status === 412) return state => (fits(split(state)[1]) ? undefined : state);
  if (answer.status !== 409) return 'unknown';
  return state => {
    const [status, version] = split(state);
    return fits(version) && status !== change.to && !next[status]?.includes(change.to) ? state : undefined;
  };
}

/** The state after the change, the same if it is not allowed. */
export function moved(state: State, {to, version}: Change): State {
  const [status, current] = split(state);
  const isAllowed = next[status]?.includes(to) === true && (version === undefined || version === current);
  return isAllowed ? `${to} ${current + 1}` : state;
}

/** The state after a change; undefined if it is the one before. */
export const changed = (after: State, before: State): State | undefined => (after === before ? undefined : after);
