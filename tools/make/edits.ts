/**
 * A change of a text: what to write before or after a part that is there once, or instead of it, or instead of all from
 * one part up to another (without one, up to the end); or what to write instead of a pattern, wherever it is.
 */
export type Edit =
  | {before: string; add: string}
  | {after: string; add: string}
  | {replace: string; by: string}
  | {from: string; to?: string; by?: string}
  | {all: RegExp; by: string};

/** Edits of the files of a template, by their paths. */
export type Edits = Record<string, Edit[]>;

/**
 * Edits the text of a file.
 * @throws an error if the template has changed so that an edit finds no place, or several.
 */
export const edited = (file: string, text: string, edits: Edit[]): string =>
  edits.reduce((before, edit) => change(file, before, edit), text);

function change(file: string, text: string, edit: Edit): string {
  if ('all' in edit) return text.replaceAll(edit.all, edit.by);
  if ('before' in edit) return replaced(file, text, edit.before, edit.add + edit.before);
  if ('after' in edit) return replaced(file, text, edit.after, edit.after + edit.add);
  if ('replace' in edit) return replaced(file, text, edit.replace, edit.by);
  return replaced(file, text, spanOf(file, text, edit), edit.by ?? '');
}

function replaced(file: string, text: string, part: string, by: string): string {
  checkOnce(file, text, part);
  return text.replace(part, () => by);
}

function checkOnce(file: string, text: string, part: string): void {
  if (text.split(part).length !== 2) throw new Error(`${file} has not once: ${part}`);
}

/** The text from one part up to another. */
function spanOf(file: string, text: string, {from, to}: {from: string; to?: string}): string {
  checkOnce(file, text, from);
  const start = text.indexOf(from);
  const end = to === undefined ? text.length : text.indexOf(to, start + from.length);
  if (end === -1) throw new Error(`${file} has nowhere after ${from}: ${to}`);
  return text.slice(start, end);
}
