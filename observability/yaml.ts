import {stringify} from 'yaml';

/** Without folding: a query in one line is one that can be copied. */
export const toYaml = (value: unknown): string => stringify(value, {lineWidth: 0});
