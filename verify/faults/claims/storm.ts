import {AS_IN_PODS, withSystem} from '../system.ts';
import {shown} from '../../lib/claims.ts';
import type {Run} from '../run.ts';
import {startLoad} from '../../lib/load/start.ts';
import {p99} from '../../lib/stats.ts';
import {answeredOf, capacityOf, during, usualTraffic} from '../traffic.ts';

const [USUAL, STORM] = [0.6, 3];
const [BEFORE_S, STORM_S, RECOVERY_S, AFTER_S] = [10, 10, 5, 10];

/** Clients that try again at once, three times. */
const NAIVE = {times: 3, pauseMs: 0};

/** At 60 % of what two cores can do for all, one p99 is twice another for no reason; what a storm leaves is twenty times. */
const AS_BEFORE = 3;

type Ms = {before: number; storm: number; recovery: number; after: number};

/** What a storm of tries leaves behind does not keep the service down once the storm is over. */
export async function storm(run: Run): Promise<string> {
  const bounded = await stormOn(run, {});
  const control = await stormOn(run, {MAX_IN_FLIGHT: '0'});

  return shown(`p99 ${textOf(bounded)} (with MAX_IN_FLIGHT=0: ${textOf(control)})`, {
    [`as before after ${RECOVERY_S} s`]: bounded.after <= AS_BEFORE * bounded.before * run.config.FAULTS_SCALE,
    'without a bound it is worse': control.storm + control.recovery > bounded.storm + bounded.recovery,
  });
}

const textOf = ({before, storm, recovery, after}: Ms): string =>
  `${before.toFixed(0)} ms before, ${storm.toFixed(0)} ms in it, ${recovery.toFixed(0)} ms in the ${RECOVERY_S} s after it, then ${after.toFixed(0)} ms`;

function stormOn(run: Run, settings: Record<string, string>): Promise<Ms> {
  return withSystem(run, {...AS_IN_PODS, orders: {...AS_IN_PODS.orders, ...settings}}, async system => {
    const rate = await capacityOf(system, run);
    const streams = await usualTraffic(system, {rate, retry: NAIVE});
    const load = await startLoad(streams, run);
    await during(load, 'before', USUAL, BEFORE_S);
    await during(load, 'storm', STORM, STORM_S);
    await during(load, 'recovery', USUAL, RECOVERY_S);
    await during(load, 'after', USUAL, AFTER_S);
    const report = await load.stop();
    const msIn = (phase: string) => p99(answeredOf(report, phase));
    return {before: msIn('before'), storm: msIn('storm'), recovery: msIn('recovery'), after: msIn('after')};
  });
}
