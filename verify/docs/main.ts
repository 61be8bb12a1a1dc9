import {run} from '../lib/run.ts';
import {here, runPage} from './run.ts';

// `npm run docs -- README.md`: runs the local blocks of these pages.

await run(async () => {
  for (const page of process.argv.slice(2)) await runPage(page, here, console.log);
  return true;
});
