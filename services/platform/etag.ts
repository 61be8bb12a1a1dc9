/** The ETag of a document: its version in quotes. Each change increments the version. */
export const etagOf = ({version}: {version: number}): string => `"${version}"`;

/**
 * The versions that an If-Match header allows: undefined for any (no header, or `*`).
 * A weak or unknown ETag matches no version, as RFC 9110 requires for If-Match.
 */
export function versionsIn(ifMatch: string | undefined): number[] | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  return ifMatch
    .split(',')
    .map(tag => /^"(\d{1,15})"$/u.exec(tag.trim())?.[1])
    .filter(version => version !== undefined)
    .map(Number);
}
