/** The ETag of a document is its own version, which each change raises by one. */
export const etagOf = ({version}: {version: number}): string => `"${version}"`;

/**
 * The versions that an If-Match header allows: undefined for any (no header, or `*`).
 * What is not one of our ETags, a weak one included, matches nothing, as RFC 9110 asks of If-Match.
 */
export function versionsIn(ifMatch: string | undefined): number[] | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  return ifMatch
    .split(',')
    .map(tag => /^"(\d{1,15})"$/u.exec(tag.trim())?.[1])
    .filter(version => version !== undefined)
    .map(Number);
}
