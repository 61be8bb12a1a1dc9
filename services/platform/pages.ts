import * as z from 'zod';
import {Id} from './ids.ts';

/** Where the next page starts: after this document, in the order of (createdAt, id). */
export type Position = {createdAt: Date; id: string};

export type Page<T> = {items: T[]; next?: Position};

const MAX_LIMIT = 200;
const RANGE = `must be an integer from 1 to ${MAX_LIMIT}`;

/** The position as an opaque cursor. It is not signed, because it contains only what its reader has just been shown. */
export const encodeCursor = ({createdAt, id}: Position): string =>
  Buffer.from(`${createdAt.getTime()}.${id}`).toString('base64url');

function decodeCursor(cursor: string): Position | undefined {
  const [, time, id] = /^(\d{1,13})\.([0-9a-f]{24})$/u.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!time || !id) return undefined;

  const position = {createdAt: new Date(Number(time)), id: Id.parse(id)};
  return encodeCursor(position) === cursor ? position : undefined;
}

/** `?limit&cursor`; spread it into the query schema of a list. */
export const pageQuery = {
  // Digits only: a conversion to a number would take " 5", "0x5" and "5.0", too.
  limit: z
    .string()
    .regex(/^[1-9]\d{0,3}$/u, RANGE)
    .transform(Number)
    .refine(limit => limit <= MAX_LIMIT, RANGE)
    .default(50)
    // zod knows the schema of the text only.
    .meta({
      description: 'Maximum number of items',
      override({jsonSchema}) {
        delete jsonSchema.pattern;
        Object.assign(jsonSchema, {type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: 50});
      },
    }),
  cursor: z
    .string()
    .max(64)
    .transform((cursor, context) => {
      const position = decodeCursor(cursor);
      if (!position) context.addIssue('must be a cursor from the `next` link of this list');
      return position ?? z.NEVER;
    })
    .optional()
    .meta({description: 'Cursor from the `next` link of the previous page'}),
};

/** The weight of an item, and of a page: the one that goes beyond it begins the next page. */
export type Weight<T> = {of: (item: T) => number; most: number};

/**
 * A page from up to `limit + 1` items: the extra one only shows that there is a next page. It may end earlier, by weight,
 * but has one item at least.
 */
export function pageOf<T>(found: T[], limit: number, positionOf: (item: T) => Position, weight?: Weight<T>): Page<T> {
  const items = found.slice(0, Math.min(limit, weight ? countWithin(found, weight) : limit));
  const last = items.at(-1);
  return found.length > items.length && last !== undefined ? {items, next: positionOf(last)} : {items};
}

function countWithin<T>(found: T[], {of, most}: Weight<T>): number {
  let sum = 0;
  const beyond = found.findIndex(item => (sum += of(item)) > most);
  return beyond === -1 ? found.length : Math.max(1, beyond);
}

/** The `Link` header to the next page: the same query with another cursor. The last page has no such header. */
export function nextLink(
  path: string,
  query: Record<string, string | number | undefined>,
  next?: Position,
): {Link?: string} {
  if (!next) return {};
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  search.set('cursor', encodeCursor(next));
  return {Link: `<${path}?${search.toString()}>; rel="next"`};
}
