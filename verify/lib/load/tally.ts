import type {Reply} from './connections.ts';
import type {Report, Stream} from './plan.ts';

/** Collects what comes of a load. */
export function createTally() {
  const report: Report = {outcomes: {}, created: {}};

  return {
    report,
    count(phase: string, {name, lists}: Stream, n: number, {status, code, body}: Reply, ms: number) {
      const outcome = [status, code].filter(Boolean).join(' ');
      const outcomes = ((report.outcomes[phase] ??= {})[name] ??= {});
      (outcomes[outcome] ??= []).push(ms);
      if (lists && status === 201) (report.created[name] ??= {})[n] = (JSON.parse(body) as {id: string}).id;
    },
  };
}
