import {stringify} from 'yaml';

/** A generated file. Without folding, so that each query stays on one line and can be copied. */
export const toYaml = (value: unknown): string =>
  `# Made by \`npm run generate\` from observability.\n${stringify(value, {lineWidth: 0})}`;
