import {AS_IN_PODS, withSystem} from '../system.ts';
import {POD_MIB} from '../../lib/pod.ts';
import {shown} from '../../lib/claims.ts';
import type {Run} from '../run.ts';
import {startLoad} from '../../lib/load/start.ts';
import type {Report} from '../../lib/load/plan.ts';
import {answeredOf, countOf, countsOf, othersOf} from '../../lib/load/report.ts';
import {residentMib} from '../../lib/scrape.ts';
import {p99} from '../../lib/stats.ts';
import {capacityOf, during, usualTraffic} from '../traffic.ts';

const UNLOADED = 0.1;

/**
 * The service needs some seconds to find the number of requests in flight that it can answer in time. And Node accepts
 * one new connection in each turn of its event loop, so the connections of a sudden load wait.
 */
const RISING_S = 6;

/** An answer is fast if it takes at most so many times as long as without load. */
const FAST = 3;

/** The timeout of an order. */
const DEADLINE_MS = 2_000;

/** Beyond its capacity, orders sheds the excess load and answers the rest fast. */
export async function overload(run: Run): Promise<string> {
  return withSystem(run, AS_IN_PODS, async system => {
    const {FAULTS_OVERLOAD_S: seconds, FAULTS_SCALE: scale} = run.config;
    const peak = await capacityOf(system, run);
    const load = await startLoad(await usualTraffic(system, {rate: peak}), run);
    await during(load, 'unloaded', seconds, {factor: UNLOADED});
    await during(load, 'rising', RISING_S, {factor: 2});
    await during(load, 'twice', seconds, {factor: 2});
    await during(load, 'rising further', RISING_S, {factor: 5});
    await during(load, 'fivefold', seconds, {factor: 5});
    const memoryMib = await residentMib(system.orders.opsUrl);
    const report = await load.stop();

    const unloadedMs = p99(answeredOf(report, 'unloaded'));
    const rising = p99(answeredOf(report, 'rising'));
    const [twice, fivefold] = [phaseOf(report, 'twice', peak * seconds), phaseOf(report, 'fivefold', peak * seconds)];
    const figures = `capacity ${peak.toFixed(0)} requests/s; p99 without load ${unloadedMs.toFixed(0)} ms, in the first ${RISING_S} s of overload ${rising.toFixed(0)} ms; at twice the capacity ${twice.text}; at five times the capacity ${fivefold.text}; orders then uses ${memoryMib.toFixed(0)} MiB`;
    return shown(figures, {
      'at twice the capacity, 70 % of it is answered': twice.share >= 0.7,
      'at twice the capacity, answers are fast': twice.ms <= FAST * unloadedMs * scale,
      'some requests are refused': countOf(othersOf(report, 'twice', 'fivefold')) > 0,
      'at five times the capacity, answers keep the deadline': fivefold.ms <= DEADLINE_MS,
      'at five times the capacity, memory is bounded': memoryMib <= POD_MIB,
    });
  });
}

/** The share of the capacity that was answered in a phase, and its p99. */
function phaseOf(report: Report, phase: string, capacity: number): {share: number; ms: number; text: string} {
  const answered = answeredOf(report, phase);
  const [share, ms] = [answered.length / capacity, p99(answered)];
  const others = countsOf(othersOf(report, phase));
  return {share, ms, text: `${(share * 100).toFixed(0)} % of it answered, p99 ${ms.toFixed(0)} ms, others ${others}`};
}
