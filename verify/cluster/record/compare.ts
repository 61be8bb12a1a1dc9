import {isDeepStrictEqual} from 'node:util';
import type {ClaimRecord, ProveRecord} from './record.ts';

/** The last record with what a run has found in place of what it had of the same claims, if it is of the same place. */
export function merged(last: ProveRecord | undefined, record: ProveRecord): ProveRecord {
  if (!last || !isDeepStrictEqual(last.place, record.place)) return record;
  const found = new Map(record.claims.map(claim => [claim.title, claim]));
  const kept = last.claims.map(claim => found.get(claim.title) ?? claim);
  const titles = new Set(kept.map(({title}) => title));
  return {...record, claims: [...kept, ...record.claims.filter(({title}) => !titles.has(title))]};
}

/** What a run has found otherwise than the last record, a line for each claim. */
export function comparedWith(last: ProveRecord | undefined, {claims}: ProveRecord): string {
  const before = new Map(last?.claims.map(claim => [claim.title, claim]));
  const changes = claims.flatMap(claim => changeOf(before.get(claim.title), claim));
  return ['Beside the last record:', ...(changes.length > 0 ? changes : ['as before'])].join('\n  ');
}

function changeOf(before: ClaimRecord | undefined, {title, holds}: ClaimRecord): string[] {
  if (!before) return [`new: ${title}`];
  if (before.holds === holds) return [];
  return [`${holds ? 'holds again' : 'holds no more'}, unlike at ${before.commit}: ${title}`];
}
