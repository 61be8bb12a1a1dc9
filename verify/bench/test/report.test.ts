import test from 'ava';
import type {Measurement} from '../measure.ts';
import {endpointNames} from '../system.ts';
import {BOUND, table, verdict} from '../report.ts';
import {variants} from '../variants.ts';

/** Sweeps in which `all` costs so many times as much as `none`, and the others as much as `none`; each sweep is slower. */
const sweepsWith = (ratios: number[]): Measurement[] =>
  ratios.flatMap((ratio, index) =>
    variants.flatMap(({name: variant}) =>
      endpointNames.map(endpoint => {
        const time = 100 * (index + 1);
        return {sweep: `1.${index}`, variant, endpoint, microseconds: variant === 'all' ? ratio * time : time};
      }),
    ),
  );

for (const [ratios, percent, exceeds] of [
  [[1.1, 1.2, 1.3], 20, false],
  [[1.24, 1.3, 1.4, 1.5, 1.6], 40, true],
  [[1.2, 1.25, 1.4, 1.5, 1.6], 40, false],
] as const) {
  test(`ratios of ${ratios.join(', ')} cost ${percent} % and ${exceeds ? 'exceed' : 'do not exceed'} the bound`, t => {
    const {figures, isExceeded} = verdict(sweepsWith([...ratios]));

    t.is(figures, `${percent} % over none on GET, ${percent} % over none on POST`);
    t.is(isExceeded, exceeds);
    t.is(BOUND, 25);
  });
}

test('the table has the median and quartiles of each variant and of each ratio', t => {
  const lines = table(sweepsWith([1.1, 1.2, 1.3])).split('\n');

  t.is(lines[0], '| CPU of a request | GET /api/users/:id | POST /api/orders |');
  t.true(lines.includes('| none, µs | 200 [150-250] | 200 [150-250] |'));
  t.true(lines.includes('| all / none | 1.20 [1.15-1.25] | 1.20 [1.15-1.25] |'));
});

test('a sweep in which one of two variants failed has no ratio', t => {
  const isMissing = ({sweep, variant}: Measurement) => sweep === '1.0' && variant === 'none';
  const measured = sweepsWith([9, 1.1, 1.2]).filter(slice => !isMissing(slice));

  t.true(table(measured).includes('| all / none | 1.15 [1.13-1.18] |'));
});
