import * as z from 'zod';
import {AppError, invalid, type ErrorKind, type FieldError} from './errors.ts';

/** More errors help nobody, and each adds to the size of the answer. */
const MAX_ERRORS = 20;

/**
 * The value as the schema parses it: trimmed, typed, with defaults.
 * @throws AppError `problem`, if there is one, or else `invalid` with one `{path, message}` for each problem, at most 20.
 * No message contains a value.
 */
export function valid<S extends z.ZodType>(schema: S, value: unknown, problem?: ErrorKind): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  if (problem) throw new AppError(problem);

  const errors = parsed.error.issues.flatMap(toFieldErrors).slice(0, MAX_ERRORS);
  throw new AppError(invalid, {errors});
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code !== 'unrecognized_keys') return [{path: issue.path.join('.'), message: issue.message}];
  return issue.keys.map(key => ({path: [...issue.path, key].join('.'), message: 'is not a known field'}));
}

/** A check for min to max characters. It counts an emoji as one, as JSON Schema does; `length` counts two. */
export function hasLength(min: number, max: number) {
  return (value: string): boolean => {
    const length = [...value].length;
    return length >= min && length <= max;
  };
}

/**
 * Text in NFC. Longer text is refused before it is normalised, because a run of combining marks takes quadratic time:
 * 32 kB of them block the event loop for 150 ms.
 */
export const normalized = (maxUnits: number) =>
  z
    .string()
    .max(maxUnits, {abort: true, error: `must have at most ${maxUnits} UTF-16 units`})
    .normalize('NFC');

/** Trimmed text of min to max characters. Lone surrogates are refused, because MongoDB would replace them. */
export const text = (min: number, max: number) =>
  z
    .string()
    .trim()
    .refine(hasLength(min, max), `must have ${min} to ${max} characters`)
    .refine(value => value.isWellFormed(), 'must be well-formed Unicode')
    .meta({minLength: min, maxLength: max});
