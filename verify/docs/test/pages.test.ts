import test from 'ava';
import {allPages, pagesWith} from '../pages.ts';
import {here, runPage} from '../run.ts';

for (const page of await pagesWith('local', allPages())) {
  test.serial(`${page.file} says what works`, async t => {
    // Each of its blocks has its own timeout.
    t.timeout(page.blocks.length * here.seconds * 1000);

    await t.notThrowsAsync(runPage(page, here, line => t.log(line)));
  });
}
