import {SLOT_MS, type Report, type Timeline} from './plan.ts';

/** The requests of a phase by stream and outcome (`orders 201`) in each tenth of a second. */
export const timelineOf = ({timelines}: Report, phase: string): Timeline =>
  Object.fromEntries(
    Object.entries(timelines[phase] ?? {}).flatMap(([stream, outcomes]) =>
      Object.entries(outcomes).map(([outcome, slots]) => [`${stream} ${outcome}`, slots]),
    ),
  );

/** The longest time in seconds in which a stream got no right answer, although it asked. */
export function outageOf(timeline: Timeline, stream: string, right: string): number {
  const own = Object.entries(timeline).filter(([name]) => name.startsWith(`${stream} `));
  const end = Math.max(0, ...own.map(([, slots]) => slots.length));
  const answered = timeline[`${stream} ${right}`] ?? [];
  let [longest, current] = [0, 0];
  for (let slot = 0; slot < end; slot += 1) {
    current = (answered[slot] ?? 0) > 0 ? 0 : current + 1;
    longest = Math.max(longest, current);
  }
  return (longest * SLOT_MS) / 1_000;
}
