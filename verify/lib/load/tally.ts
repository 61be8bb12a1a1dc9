import type {Reply} from './replies.ts';
import type {Report, Stream} from './plan.ts';

export type Tally = ReturnType<typeof createTally>;

/** Counts the outcomes of a load. */
export function createTally() {
  const report: Report = {outcomes: {}, created: {}, connections: 0};

  return {
    report,
    connected: () => void (report.connections += 1),
    count(phase: string, {name, lists}: Stream, n: number, {status, code, body}: Reply, ms: number): void {
      const outcome = [status, code].filter(Boolean).join(' ');
      const outcomes = ((report.outcomes[phase] ??= {})[name] ??= {});
      (outcomes[outcome] ??= []).push(Math.round(ms * 100) / 100);
      if (lists && status === 201) (report.created[name] ??= {})[n] = (JSON.parse(body) as {id: string}).id;
    },
  };
}
