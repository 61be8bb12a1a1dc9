import {AS_IN_PODS, withSystem} from '../system.ts';
import {shown} from '../../lib/claims.ts';
import type {Run} from '../run.ts';
import {answeredOf} from '../../lib/load/report.ts';
import {startLoad} from '../../lib/load/start.ts';
import {p99} from '../../lib/stats.ts';
import {capacityOf, during, usualTraffic} from '../traffic.ts';

const [USUAL, STORM] = [0.6, 3];
const [BEFORE_S, STORM_S, RECOVERY_S, AFTER_S] = [10, 10, 5, 10];

/** Clients that retry three times, without a pause. */
const NAIVE = {times: 3, pauseMs: 0};

/** At 60 % of the capacity of two cores, one p99 is twice another by chance. After a storm that does not end, it is twenty times. */
const AS_BEFORE = 3;

type Ms = {before: number; storm: number; recovery: number; after: number};

/** A retry storm does not keep the service down once the storm is over. */
export async function storm(run: Run): Promise<string> {
  const bounded = await stormOn(run, {});
  const control = await stormOn(run, {MAX_IN_FLIGHT: '0'});

  return shown(`p99 ${textOf(bounded)} (control with MAX_IN_FLIGHT=0: ${textOf(control)})`, {
    [`${RECOVERY_S} s after the storm, p99 is as before it`]:
      bounded.after <= AS_BEFORE * bounded.before * run.config.FAULTS_SCALE,
    'without a limit of requests in flight, p99 is worse':
      control.storm + control.recovery > bounded.storm + bounded.recovery,
  });
}

const textOf = ({before, storm, recovery, after}: Ms): string =>
  `${before.toFixed(0)} ms before the storm, ${storm.toFixed(0)} ms in it, ${recovery.toFixed(0)} ms in the ${RECOVERY_S} s after it, then ${after.toFixed(0)} ms`;

function stormOn(run: Run, settings: Record<string, string>): Promise<Ms> {
  return withSystem(run, {...AS_IN_PODS, orders: {...AS_IN_PODS.orders, ...settings}}, async system => {
    const rate = await capacityOf(system, run);
    const streams = await usualTraffic(system, {rate, retry: NAIVE});
    const load = await startLoad(streams, run);
    await during(load, 'before', BEFORE_S, {factor: USUAL});
    await during(load, 'storm', STORM_S, {factor: STORM});
    await during(load, 'recovery', RECOVERY_S, {factor: USUAL});
    await during(load, 'after', AFTER_S, {factor: USUAL});
    const report = await load.stop();
    const msIn = (phase: string) => p99(answeredOf(report, phase));
    return {before: msIn('before'), storm: msIn('storm'), recovery: msIn('recovery'), after: msIn('after')};
  });
}
