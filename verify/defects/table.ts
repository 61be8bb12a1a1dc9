import {pageWith, writePage} from '../lib/made.ts';
import type {Defect} from './defect.ts';

/** A defect, the title of a test that failed for it, and how long that took. */
export type Row = {defect: Defect; title: string; seconds: number};

export const PAGE = 'verify/defects/README.md';

/** Writes what was caught into the page. */
export async function writeTable(rows: Row[]): Promise<void> {
  const lines = rows.map(({defect: {name, cost, caughtBy}, title, seconds}) => {
    const file = caughtBy.split('/').at(-1);
    return `| ${name} | ${cost} | ${title} ([${file}](../../${caughtBy})) | ${seconds.toFixed(0)} |`;
  });
  const head = ['| defect | what it would do to a user | what fails | seconds |', '| --- | --- | --- | --- |'];
  await writePage(PAGE, await pageWith(PAGE, 'npm run defects -- --record', [...head, ...lines].join('\n')));
}
