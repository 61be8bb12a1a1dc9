import {ANYTHING, isLikeText} from './text.ts';

// `…` outside of a string becomes a string, or a member where it ends an object.
const BARE = /"(?:[^"\\]|\\.)*"|(:\s*)?…(\s*\})?/gu;

/** Whether the values are the same, in whatever order the keys are; false for a text that is no JSON. */
export function isLikeJson(shown: string, printed: string): boolean {
  const [value, other] = [parsed(shown.replaceAll(BARE, quoted)), parsed(printed)];
  return value !== undefined && other !== undefined && isLike(value, other);
}

function quoted(found: string, colon?: string, brace?: string): string {
  if (found.startsWith('"')) return found;
  return brace && !colon ? `"…": "…"${brace}` : `${colon ?? ''}"…"${brace ?? ''}`;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

function isLike(shown: unknown, printed: unknown): boolean {
  if (shown === ANYTHING) return true;
  if (typeof shown === 'string') return typeof printed === 'string' && isLikeText(shown, printed);
  const [some, all] = [membersOf(shown), membersOf(printed)];
  if (!some || !all) return shown === printed;

  return (
    Array.isArray(shown) === Array.isArray(printed) &&
    (ANYTHING in some || Object.keys(some).length === Object.keys(all).length) &&
    Object.entries(some).every(([key, value]) => key === ANYTHING || (key in all && isLike(value, all[key])))
  );
}

/** The members of an object, or the items of a list by their number; an item `…` is a member of that name. */
function membersOf(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const members = Object.entries(value) as [string, unknown][];
  return Object.fromEntries(
    members.map(([key, item]) => [Array.isArray(value) && item === ANYTHING ? item : key, item]),
  );
}
