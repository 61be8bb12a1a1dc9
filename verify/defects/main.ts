import * as z from 'zod';
import {chosenBy, createChecker, type Claim} from '../lib/claims.ts';
import {run, say, type Run} from '../lib/run.ts';
import {copyTree, type Copy} from './copy.ts';
import type {Defect} from './defect.ts';
import {defects} from './defects.ts';
import {writeTable, type Row} from './table.ts';

// `npm run defects`: makes each defect in a copy of this folder, and fails if its tests do not notice it.

/** Where the defects are made, and what has been caught. */
type Context = Copy & {rows: Row[]};

const sound: Claim<Context> = ['without a defect all these tests pass', passAll];

async function passAll({test}: Context): Promise<string> {
  const files = [...new Set(defects.map(({caughtBy}) => caughtBy))];
  const {failed, output} = await test(...files);
  if (failed.length > 0) throw new Error(`failed: ${failed.join('; ')}`);
  const [, count] = /(\d+) tests? passed/u.exec(output) ?? [];
  if (!count) throw new Error(output.slice(-500));
  return `${count} tests of ${files.length} files`;
}

const caught = (defect: Defect): Claim<Context> => [`caught: ${defect.name}`, context => catching(defect, context)];

async function catching(defect: Defect, {change, test, rows}: Context): Promise<string> {
  const {file, from, to, caughtBy} = defect;
  const undo = await change(file, from, to);
  try {
    const start = performance.now();
    const {failed, output} = await test(caughtBy);
    const [first] = failed;
    if (first === undefined) throw new Error(`${caughtBy} does not fail: ${output.slice(-300)}`);
    rows.push({defect, title: first, seconds: (performance.now() - start) / 1_000});
    return failed.length === 1 ? `"${first}"` : `"${first}" and ${failed.length - 1} more`;
  } finally {
    await undo();
  }
}

async function checkAll({words, signal, cleanups}: Run<object>): Promise<boolean> {
  const [isRecorded, chosen] = [words.includes('--record'), words.filter(word => word !== '--record')];
  const context = {...(await copyTree(signal)), rows: []};
  cleanups.push(context.remove);
  const checker = createChecker({signal});
  say(`${defects.length} defects, each in a copy of this folder:`);
  if (!(await checker.check(sound, context))) return checker.conclude();
  for (const claim of chosenBy(chosen, defects.map(caught))) await checker.check(claim, context);
  if (isRecorded) await writeTable(context.rows);
  return checker.conclude();
}

await run(z.object({}), checkAll);
