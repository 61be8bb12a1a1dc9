import assert from 'node:assert/strict';
import {join} from 'node:path';
import axe from 'axe-core';
import {chromium, type Page} from 'playwright-core';

// Drives the page of `npm start` at a URL in a browser, and ends with an error if it does not do what it should. It is a
// process of its own, because playwright needs `__proto__`, which our tests do without.

const PATIENCE = {timeout: 60_000};
const promises = ['reads', 'known', 'others', 'replay', 'kept'];

const press = (page: Page, label: string) => page.getByRole('button', {name: label, exact: true}).click();

/** Collects what goes wrong in the page from now on. */
function problemsOf(page: Page): string[] {
  const problems: string[] = [];
  page.on('console', message => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', error => problems.push(error.message));
  return problems;
}

/** Nothing is cut off, or wider than the window. */
async function assertFits(page: Page): Promise<void> {
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), page.viewportSize()?.width);
}

async function allKept(page: Page): Promise<void> {
  for (const name of promises) await page.locator(`[data-promise="${name}"][data-verdict="kept"]`).waitFor(PATIENCE);
}

/** Waits until others than known buyers get this answer. */
const othersGet = (page: Page, answer: string) =>
  page.locator('[data-promise="others"]', {hasText: answer}).waitFor(PATIENCE);

const SHOTS = process.env['SCREENSHOTS'];

/** The pictures of the README, if SCREENSHOTS names the folder for them. */
async function photograph(page: Page): Promise<void> {
  if (!SHOTS) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme});
    await page.screenshot({path: join(SHOTS, `page-${colorScheme}.png`)});
  }
}

async function killUsers(page: Page): Promise<void> {
  const problems = problemsOf(page);
  await page.reload();
  await allKept(page);

  await press(page, 'kill users');
  await page.getByRole('button', {name: 'restart users'}).waitFor(PATIENCE);
  await othersGet(page, '503 users_unavailable');
  await allKept(page);
  await photograph(page);

  await press(page, 'restart users');
  await othersGet(page, '400 unknown_user');
  await allKept(page);
  assert.deepEqual(problems, []);
}

async function readTrace(page: Page): Promise<void> {
  await press(page, 'Register a user');
  await page.locator('#note', {hasText: '201 after'}).waitFor(PATIENCE);
  await press(page, 'Place an order');
  await page.locator('#trace-about', {hasText: '7 spans'}).waitFor(PATIENCE);

  const names = await page.locator('.span .name').allTextContents();
  assert.deepEqual(new Set(names.map(name => name.trim().split(':')[0])), new Set(['orders', 'users']));
  assert.match((await page.locator('#exchange').textContent()) ?? '', /\$ curl -i .*\/api\/orders/u);
}

/** Serious findings of axe. The policy of the page allows no other script, so it runs as the browser's own. */
async function judgeLooks(page: Page): Promise<void> {
  await allKept(page);
  await press(page, 'Place an order');
  await page.locator('#trace-about', {hasText: 'spans'}).waitFor(PATIENCE);

  await page.evaluate(axe.source);
  const {violations} = (await page.evaluate('axe.run()')) as {violations: {id: string; impact: string}[]};
  const serious = violations.filter(({impact}) => ['serious', 'critical'].includes(impact)).map(({id}) => id);
  assert.deepEqual(serious, []);
  await assertFits(page);
}

/** The documentation of an API: a call that is tried, and what its policy forbids. */
async function readDocs(page: Page): Promise<void> {
  const problems = problemsOf(page);
  await page.goto(`${page.url()}#user_not_found`);
  await page.reload();

  const list = page.locator('#operations-default-listUsers');
  await list.locator('.opblock-summary-control').click(PATIENCE);
  await list.getByRole('button', {name: 'Execute'}).click(PATIENCE);
  await list.locator('.live-responses-table .response-col_status', {hasText: '200'}).waitFor(PATIENCE);
  assert.equal(await page.locator('dt:target').textContent(), 'user_not_found');
  await assertFits(page);
  assert.deepEqual(problems, []);
}

const scenarios: Record<string, (page: Page) => Promise<void>> = {killUsers, readTrace, judgeLooks, readDocs};

const [url = '', scenario = '', scheme, width] = process.argv.slice(2);
const browser = await chromium.launch({executablePath: process.env['CHROMIUM'] ?? '', args: ['--no-sandbox']});
try {
  const page = await browser.newPage({
    viewport: {width: Number(width ?? 1100), height: 960},
    colorScheme: scheme === 'dark' ? 'dark' : 'light',
  });
  await page.goto(url);
  await scenarios[scenario]?.(page);
} finally {
  await browser.close();
}
