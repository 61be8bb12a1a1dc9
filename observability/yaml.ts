import {stringify} from 'yaml';

/** Without folding, so that each query stays on one line and can be copied. */
export const toYaml = (value: unknown): string => stringify(value, {lineWidth: 0});
