import * as z from 'zod';
import {AppError, invalid, type FieldError} from './errors.ts';

/** More problems than this help nobody, and each costs bytes of the answer. */
const MAX_ERRORS = 20;

/**
 * The value as the schema reads it: trimmed, defaulted, typed.
 * @throws AppError `invalid` with one `{path, message}` for each problem; no message repeats a value.
 */
export function valid<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;

  const errors = parsed.error.issues.flatMap(toFieldErrors).slice(0, MAX_ERRORS);
  throw new AppError(invalid, {errors});
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code !== 'unrecognized_keys') return [{path: issue.path.join('.'), message: issue.message}];
  return issue.keys.map(key => ({path: [...issue.path, key].join('.'), message: 'is not a known field'}));
}

/** Whether the text has min to max characters; an emoji is one, as in JSON Schema, not two as in `length`. */
export function hasLength(min: number, max: number) {
  return (value: string): boolean => {
    const length = [...value].length;
    return length >= min && length <= max;
  };
}

/** Trimmed text of min to max characters that UTF-8 can hold: a lone surrogate would come back changed from the database. */
export const text = (min: number, max: number) =>
  z
    .string()
    .trim()
    .refine(hasLength(min, max), `must have ${min} to ${max} characters`)
    .refine(value => value.isWellFormed(), 'must be well-formed Unicode')
    .meta({minLength: min, maxLength: max});
