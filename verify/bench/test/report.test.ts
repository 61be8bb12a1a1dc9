import test from 'ava';
import type {FigureName, Measurement} from '../figures.ts';
import {describeChecks} from '../cross-check.ts';
import {compare, judge, type Goal} from '../goals.ts';
import {endpointNames} from '../system.ts';
import {besideRecord, BOUND, judged, tables, verdict} from '../report.ts';
import {variants} from '../variants.ts';

const [GET] = endpointNames;

/** Sweeps in which `all` has so many times the value of `none`, and the others that of `none`; each sweep is slower. */
const sweepsWith = (ratios: number[], figure: FigureName = 'cold'): Measurement[] =>
  ratios.flatMap((ratio, index) =>
    variants.flatMap(({name: variant}) =>
      endpointNames.map(endpoint => {
        const value = 100 * (index + 1);
        return {sweep: `1.${index}`, variant, endpoint, figure, value: variant === 'all' ? ratio * value : value};
      }),
    ),
  );

for (const [ratios, percent, exceeds] of [
  [[1.1, 1.2, 1.3], 20, false],
  [[1.24, 1.3, 1.4, 1.5, 1.6], 40, true],
  [[1.2, 1.25, 1.4, 1.5, 1.6], 40, false],
  [[1.6, 1.6], 60, false],
] as const) {
  test(`ratios of ${ratios.join(', ')} cost ${percent} % and ${exceeds ? 'exceed' : 'do not exceed'} the bound`, t => {
    const {figures, isExceeded} = verdict(sweepsWith([...ratios]));

    t.is(figures, endpointNames.map(endpoint => `${percent} % over none on ${endpoint}`).join(', '));
    t.is(isExceeded, exceeds);
    t.is(BOUND, 25);
  });
}

test('a table has the median and quartiles of each variant and of each ratio', t => {
  const lines = tables(sweepsWith([1.1, 1.2, 1.3])).split('\n');

  t.is(lines[0], `| CPU of a request at a low rate, µs | ${endpointNames.join(' | ')} |`);
  t.true(lines.includes('| none | 200 [150-250] | 200 [150-250] | 200 [150-250] |'));
  t.true(lines.includes('| all / none | 1.20 [1.15-1.25] | 1.20 [1.15-1.25] | 1.20 [1.15-1.25] |'));
});

test('a sweep in which one of two variants failed has no ratio', t => {
  const isMissing = ({sweep, variant}: Measurement) => sweep === '1.0' && variant === 'none';
  const measured = sweepsWith([9, 1.1, 1.2]).filter(slice => !isMissing(slice));

  t.true(tables(measured).includes('| all / none | 1.15 [1.13-1.18] |'));
});

const most = {figure: 'hot', endpoint: GET, other: 'none', atMost: 1.2} as const satisfies Goal;
const least = {figure: 'throughput', endpoint: GET, other: 'none', atLeast: 1.2} as const satisfies Goal;

for (const [goal, ratios, expected] of [
  [most, [1, 1.1, 1.2], 'held'],
  [most, [1.1, 1.2, 1.3], 'unresolved'],
  [most, [1.3, 1.4, 1.5], 'missed'],
  [least, [1.2, 1.3, 1.4], 'held'],
  [least, [1.1, 1.2, 1.3], 'unresolved'],
  [least, [1, 1.05, 1.1], 'missed'],
  [most, [], 'unresolved'],
  [most, [1, 1], 'unresolved'],
] as const) {
  const bound = 'atMost' in goal ? `at most ${goal.atMost}` : `at least ${goal.atLeast}`;

  test(`a goal of ${bound} is ${expected} by ratios of ${ratios.join(', ') || 'none'}`, t => {
    t.is(judge(goal, sweepsWith([...ratios], goal.figure)).verdict, expected);
  });
}

for (const [goal, ratios, expected] of [
  [most, [1.1, 1.2, 1.3], 'as recorded'],
  [most, [1.4, 1.5, 1.6], 'worse'],
  [most, [0.8, 0.9, 1], 'better'],
  [least, [1.4, 1.5, 1.6], 'better'],
  [least, [0.8, 0.9, 1], 'worse'],
  [least, [], 'as recorded'],
  [most, [9, 9], 'as recorded'],
] as const) {
  const bound = 'atMost' in goal ? 'at most' : 'at least';

  test(`a ratio that is to be ${bound} something and was 1.1 to 1.3 is ${expected} at ${ratios.join(', ') || 'nothing'}`, t => {
    const recorded = sweepsWith([1.05, 1.15, 1.25, 1.35], goal.figure);

    t.is(compare(goal, sweepsWith([...ratios], goal.figure), recorded), expected);
  });
}

test('a ratio that has changed since the record has a line, and the last line counts the changes', t => {
  const about = {date: '2026-01-31', commit: '0123abc', machine: '', checks: [], facts: [], latencies: []};
  const lines = besideRecord(sweepsWith([0.5, 0.5, 0.5]), {...about, measured: sweepsWith([1, 1, 1])}).split('\n');

  t.is(lines[0], 'better     cold all / tutorial, GET /api/users/:id: 0.50 [0.50-0.50], goal ≤ 0.95');
  t.regex(lines.at(-1) ?? '', /^beside the record of 0123abc, 2026-01-31: \d+ better, \d+ as recorded$/u);
});

test('each goal has a line with its verdict, and the last line counts the verdicts', t => {
  const lines = judged(sweepsWith([0.5, 0.5, 0.5])).split('\n');

  t.true(lines.includes('held       cold all / tutorial, GET /api/users/:id: 0.50 [0.50-0.50], goal ≤ 0.95'));
  t.regex(lines.at(-1) ?? '', /^goals: \d+ held, \d+ unresolved$/u);
});

test('two load generators are compared by the ratio of each pair of figures', t => {
  const checks = [
    {own: 100, autocannon: 110},
    {own: 300, autocannon: 270},
    {own: 200, autocannon: 200},
  ];

  t.is(
    describeChecks(checks),
    'GET of all at saturation: 200 [150-250] requests/s, by autocannon 200 [155-235], ratio 1.00 [0.95-1.05]',
  );
  t.is(describeChecks([]), 'GET of all at saturation: - requests/s, by autocannon -, ratio -');
});
