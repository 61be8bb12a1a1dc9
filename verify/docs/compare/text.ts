/** What a page writes for anything. */
export const ANYTHING = '…';

// What differs from run to run. A shown one may be cut: 65f1c0…, eyJhbGci…
const MASKS: [RegExp, string][] = [
  [/\beyJ[\w.-]+…?/gu, '<token>'],
  [/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/gu, '<uuid>'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|\b)/gu, '<time>'],
  [/\b[A-Z][a-z]{2},? (?:\d\d [A-Z][a-z]{2} \d{4}|[A-Z][a-z]{2} +\d+) \d\d:\d\d:\d\d (?:GMT|\d{4})/gu, '<time>'],
  [/\b\d{4}-\d\d-\d\d\b/gu, '<date>'],
  [/\b(?:[\da-f]{16}|[\da-f]{24}|[\da-f]{32,})\b|\b(?=[a-f]*\d)[\da-f]{4,}…/gu, '<id>'],
  [/W\/"[^"]*"/gu, '<etag>'],
  [/\bv?\d+\.\d+\.\d+(?:-[\w.]+)?\b/gu, '<version>'],
  [/-[\da-f]{8,10}-[a-z\d]{5}\b/gu, '-<pod>'],
  [/\b(?:\d+(?:\.\d+)?(?:ms|µs|s|m|h|d))+\b|\b\d+(?:\.\d+)? (?:ms|s|min)\b/gu, '<duration>'],
];

/** Whether the texts are the same but for what is masked, for spaces, and for `…` in the shown one. */
export function isLikeText(shown: string, printed: string): boolean {
  const parts = masked(shown).split(ANYTHING);
  const pattern = parts.map(part => part.replaceAll(/[\\^$.*+?()[\]{}|]/gu, '\\$&')).join('[^]*');
  return new RegExp(`^${pattern}$`, 'u').test(masked(printed));
}

const masked = (text: string): string =>
  MASKS.reduce((text, [pattern, mask]) => text.replaceAll(pattern, mask), text)
    .replaceAll(/[ \t\r]+/gu, ' ')
    .replaceAll(/ $/gmu, '')
    .trim();
