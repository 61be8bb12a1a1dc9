import {setTimeout as wait} from 'node:timers/promises';
import {outageOf} from '../../lib/load/timeline.ts';
import {expect, until} from '../../lib/until.ts';
import type {Call} from '../pods/call.ts';
import {as, logIn, TOKENS, type Credentials} from '../kube/auth.ts';
import {register, registration, untilReadable} from '../kube/client.ts';
import type {Cluster} from '../kube/cluster.ts';
import {underLoad, type Load, type LoadFigures, type Mark} from '../kube/load.ts';
import {variableOf} from '../kube/objects.ts';
import {upgradeAndSettle} from '../kube/release.ts';
import type {ProveConfig} from '../config.ts';

/** Something that happens to the release under load, and what the clients may notice. */
export type Disturbance = {
  /** Values of the release, besides those of token mode. */
  values?: string[];
  load?: Pick<Load, 'keys' | 'retries' | 'connections'>;
  /** The part of PROVE_RATE at which requests come, if not all of it. */
  part?: number;
  /** Does it, and resolves when it is over, with what else is worth to be said. */
  happens: (cluster: Cluster, mark: Mark, user: User) => Promise<string | void>;
  /** Takes back what an upgrade alone does not, when all is checked. */
  after?: (cluster: Cluster) => Promise<void>;
  /** The longest time in seconds in which no order is placed. Without it, no request may fail at all. */
  outageS?: number;
};

/** A buyer, with the token that every call of theirs sends if the services ask for one. */
export type User = {id: string; token?: string; caller: (call: Call) => Call};

/** The requests of one claim; PROVE_SCALE multiplies them. */
const REQUESTS = 10_000;

/** A token lasts for 15 minutes, of which what happens may take five. */
const LONGEST_S = 600;

const secondsOf = ({PROVE_SCALE: scale}: ProveConfig, rate: number): number =>
  Math.min(LONGEST_S, (REQUESTS * scale) / (2 * rate));

/** Below the default of REQUESTS_PER_USER, which is off in a release of ours. */
const RATE_OF_ONE_USER = 8;

const rateOf = ({config: {PROVE_RATE: rate}, isOurs}: Cluster, {token}: User): number =>
  isOurs || !token ? rate : Math.min(rate, RATE_OF_ONE_USER);

/**
 * A claim about a disturbance, with tokens if the release is ours: clients notice no more of it than it says, and each
 * order that was acknowledged can be read afterwards.
 */
export const disturbed =
  (disturbance: Disturbance) =>
  async (cluster: Cluster): Promise<string> => {
    try {
      return await seen(cluster, disturbance);
    } finally {
      await disturbance.after?.(cluster);
    }
  };

async function seen(
  cluster: Cluster,
  {values = [], load = {}, part = 1, happens, outageS}: Disturbance,
): Promise<string> {
  if (cluster.isOurs) await upgradeAndSettle(cluster, [...TOKENS, ...values]);
  const user = await until('a registered user', 60, () => registerUser(cluster));
  const rate = rateOf(cluster, user) * part;

  let more: string | void = undefined;
  const whole: Load = {userId: user.id, rate, lists: true, ...(user.token && {token: user.token}), ...load};
  const figures = await underLoad(cluster, whole, async mark => {
    const longEnough = wait(cluster.isOurs ? secondsOf(cluster.config, rate) * 1_000 : 0, undefined, {ref: false});
    more = await happens(cluster, mark, user);
    mark('over');
    await longEnough;
  });
  const outage = outageOf(figures.timeline, 'orders', '201');
  const said = `${rate} POST/s and ${rate} GET/s: ${describe(figures, outage, load.retries)}`;
  if (outageS === undefined) expect(said, figures.failures, '');
  else expect(`${said}; whether that is at most ${outageS} s`, outage <= outageS, true);
  const acknowledged = [...new Set(figures.acknowledged)];
  await untilReadable(cluster, acknowledged, user.caller);
  return [said, more, `${acknowledged.length} of ${acknowledged.length} acknowledged orders are there`]
    .filter(Boolean)
    .join('; ');
}

function describe({sent, failed, latencyMs}: LoadFigures, outage: number, retries = false): string {
  const retried = retries ? ' after being sent again' : '';
  return `${failed} of ${sent.toLocaleString('en')} requests failed${retried}, p99 ${latencyMs.p99} ms, the longest time without an order ${outage} s`;
}

async function registerUser(cluster: Cluster): Promise<User> {
  const ann = registration();
  const id = await register(cluster, ann);
  if ((await variableOf(cluster, 'deployment/orders', 'AUTH')) !== 'token') return {id, caller: request => request};
  const token = await logIn(cluster, ann.body as Credentials);
  return {id, token, caller: request => as(token, request)};
}
