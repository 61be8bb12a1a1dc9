import * as z from 'zod';
import {run, say} from '../lib/run.ts';
import {here, runPage} from './run.ts';

// `npm run docs -- README.md`: runs the local blocks of these pages.

await run(z.object({}), async ({words: pages}) => {
  for (const page of pages) await runPage(page, here, say);
  return true;
});
