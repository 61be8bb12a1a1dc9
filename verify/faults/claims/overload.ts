import {AS_IN_PODS, POD_MIB, withSystem} from '../system.ts';
import {shown} from '../../lib/claims.ts';
import type {Run} from '../run.ts';
import {startLoad} from '../../lib/load/start.ts';
import type {Report} from '../../lib/load/plan.ts';
import {countOf, countsOf} from '../../lib/load/report.ts';
import {residentMib} from '../../lib/scrape.ts';
import {p99} from '../../lib/stats.ts';
import {answeredOf, capacityOf, during, othersOf, usualTraffic} from '../traffic.ts';

const UNLOADED = 0.1;

/**
 * The service takes some seconds to find out how many requests it can turn over in time, and Node accepts one new
 * connection a turn of its event loop, so those that the sudden load opens wait too.
 */
const RISING_S = 6;

/** So many times as long as without load, and an answer still comes at once. */
const AT_ONCE = 3;

/** No order takes longer, however it ends. */
const DEADLINE_MS = 2_000;

/** More comes than can be answered: most of what can be is answered almost as soon as ever, and the rest is refused. */
export async function overload(run: Run): Promise<string> {
  return withSystem(run, AS_IN_PODS, async system => {
    const {FAULTS_OVERLOAD_S: seconds, FAULTS_SCALE: scale} = run.config;
    const peak = await capacityOf(system, run);
    const load = await startLoad(await usualTraffic(system, {rate: peak}), run);
    await during(load, 'unloaded', UNLOADED, seconds);
    await during(load, 'rising', 2, RISING_S);
    await during(load, 'twice', 2, seconds);
    await during(load, 'rising further', 5, RISING_S);
    await during(load, 'fivefold', 5, seconds);
    const memoryMib = await residentMib(system.orders.opsUrl);
    const report = await load.stop();

    const unloadedMs = p99(answeredOf(report, 'unloaded'));
    const rising = p99(answeredOf(report, 'rising'));
    const [twice, fivefold] = [phaseOf(report, 'twice', peak * seconds), phaseOf(report, 'fivefold', peak * seconds)];
    const figures = `${peak.toFixed(0)} requests/s at most, p99 unloaded ${unloadedMs.toFixed(0)} ms, in the first ${RISING_S} s of too much ${rising.toFixed(0)} ms; at twice as many ${twice.text}; at five times as many ${fivefold.text}, orders has ${memoryMib.toFixed(0)} MiB then`;
    return shown(figures, {
      'at twice the load 70 % of the most are answered': twice.share >= 0.7,
      'at twice the load answers come at once': twice.ms <= AT_ONCE * unloadedMs * scale,
      'some are refused': countOf(othersOf(report, 'twice', 'fivefold')) > 0,
      'at five times the load answers keep the deadline': fivefold.ms <= DEADLINE_MS,
      'at five times the load memory is bounded': memoryMib <= POD_MIB,
    });
  });
}

/** How many were answered, as a share of the most that can be, and how soon. */
function phaseOf(report: Report, phase: string, most: number): {share: number; ms: number; text: string} {
  const answered = answeredOf(report, phase);
  const [share, ms] = [answered.length / most, p99(answered)];
  const others = countsOf(othersOf(report, phase));
  return {share, ms, text: `${(share * 100).toFixed(0)} % of that answered, p99 ${ms.toFixed(0)} ms, others ${others}`};
}
