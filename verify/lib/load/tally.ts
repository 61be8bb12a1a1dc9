import {SLOT_MS, type Report, type Stream} from './plan.ts';
import type {Reply} from './replies.ts';

/** The nth request, which was due at this time. */
export type Request = {stream: Stream; phase: string; n: number; due: number};

export type Tally = ReturnType<typeof createTally>;

/** Counts the outcomes of a load. */
export function createTally() {
  const report: Report = {outcomes: {}, timelines: {}, created: {}, connections: 0};
  const begins: Record<string, number> = {};

  /** Counts a request with this outcome in its tenth of a second. */
  function place({phase, stream, due}: Request, outcome: string): void {
    const timeline = ((report.timelines[phase] ??= {})[stream.name] ??= {});
    const slots = (timeline[outcome] ??= []);
    const slot = Math.max(0, Math.floor((due - (begins[phase] ?? due)) / SLOT_MS));
    while (slots.length <= slot) slots.push(0);
    slots[slot] = (slots[slot] ?? 0) + 1;
  }

  return {
    report,
    connected: () => void (report.connections += 1),
    /** Times of requests of this phase are counted from now. */
    begin: (phase: string) => void (begins[phase] ??= performance.now()),
    count(request: Request, {status, code, body}: Reply): void {
      const {phase, n, stream, due} = request;
      const {name, lists} = stream;
      const outcome = [status, code].filter(Boolean).join(' ');
      const outcomes = ((report.outcomes[phase] ??= {})[name] ??= {});
      (outcomes[outcome] ??= []).push(Math.round((performance.now() - due) * 100) / 100);
      place(request, outcome);
      if (lists && status === 201) (report.created[name] ??= {})[n] = (JSON.parse(body) as {id: string}).id;
    },
  };
}
