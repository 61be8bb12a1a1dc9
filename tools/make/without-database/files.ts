import {edited, type Edits} from '../edits.ts';
import {charts} from './chart.ts';
import {service} from './service.ts';
import {tests} from './tests.ts';

const edits: Edits = {...service, ...tests, ...charts};

/** What is only about the store. */
const ofStore = new Set(
  ['store.ts', 'test/store.test.ts', 'test/outcome.test.ts', 'test/preconditions.test.ts'].map(
    file => `services/orders/${file}`,
  ),
);

/**
 * Takes the database out of a copy of the template, given as texts by file: it answers a POST from what it is asked and
 * from its neighbours, and has nothing that could be read, listed or changed.
 * @throws an error if the template has changed so that an edit finds no place.
 */
export const withoutDatabase = (files: Map<string, string>): Map<string, string> =>
  new Map(
    [...files]
      .filter(([file]) => !ofStore.has(file))
      .map(([file, text]) => [file, edited(file, text, edits[file] ?? [])]),
  );
