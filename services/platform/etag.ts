import type {IncomingHttpHeaders} from 'node:http';

/** The ETag of a document: its version in quotes. Each change increments the version. */
export const etagOf = ({version}: {version: number}): string => `"${version}"`;

/** Versions of a document: these, or all but these. */
export type Versions = number[] | {not: number[]};

type Preconditions = Pick<IncomingHttpHeaders, 'if-match' | 'if-none-match'>;

/** The versions for which the preconditions of a request hold (RFC 9110 §13); undefined for any version. */
export function versionsIn({'if-match': match, 'if-none-match': noneMatch}: Preconditions): Versions | undefined {
  const allowed = match === undefined || isAny(match) ? undefined : listed(match, STRONG);
  if (noneMatch === undefined) return allowed;
  if (isAny(noneMatch)) return [];

  const refused = listed(noneMatch, STRONG_OR_WEAK);
  return allowed ? allowed.filter(version => !refused.includes(version)) : {not: refused};
}

/** True if the document may have this version. */
export function includesVersion(versions: Versions | undefined, version: number): boolean {
  if (versions === undefined) return true;
  return Array.isArray(versions) ? versions.includes(version) : !versions.not.includes(version);
}

/** What to answer instead of a document that was read: `changed` (412), `not_modified` (304), or the document. */
export function judgeRead(
  {'if-match': match, 'if-none-match': noneMatch}: Preconditions,
  version: number,
): 'changed' | 'not_modified' | undefined {
  if (match !== undefined && !includesVersion(versionsIn({'if-match': match}), version)) return 'changed';
  if (noneMatch === undefined) return undefined;
  return includesVersion(versionsIn({'if-none-match': noneMatch}), version) ? undefined : 'not_modified';
}

const isAny = (tags: string): boolean => tags.trim() === '*';

// ETags are compared by character, so "01" is not "1". If-Match compares strongly, so no weak ETag matches: the write
// that it guards must not be done on a guess. If-None-Match compares weakly.
const STRONG = /^"([1-9]\d{0,14})"$/u;
const STRONG_OR_WEAK = /^(?:W\/)?"([1-9]\d{0,14})"$/u;

/** The versions whose ETags are in this list. Other ETags are not ours, so they match no version. */
const listed = (tags: string, pattern: RegExp): number[] =>
  tags
    .split(',')
    .flatMap(tag => pattern.exec(tag.trim())?.[1] ?? [])
    .map(Number);
