import test from 'ava';
import type {Measurement} from '../measure.ts';
import {endpointNames} from '../system.ts';
import {table, verdict} from '../report.ts';
import {variants} from '../variants.ts';

/** Sweeps in which `all` took this many times what `none` took, in ever slower ones; the others took as much as `none`. */
const sweepsWith = (ratios: number[]): Measurement[] =>
  ratios.flatMap((ratio, index) =>
    variants.flatMap(({name: variant}) =>
      endpointNames.map(endpoint => {
        const time = 100 * (index + 1);
        return {sweep: `1.${index}`, variant, endpoint, microseconds: variant === 'all' ? ratio * time : time};
      }),
    ),
  );

for (const [ratios, percent, isRefuted] of [
  [[1.1, 1.2, 1.3], 20, false],
  [[1.24, 1.3, 1.4, 1.5, 1.6], 40, true],
  [[1.2, 1.25, 1.4, 1.5, 1.6], 40, false],
] as const) {
  test(`ratios of ${ratios.join(', ')} cost ${percent} % and ${isRefuted ? 'refute' : 'do not refute'} the bound`, t => {
    const {line, isRefuted: isRefutedBy} = verdict(sweepsWith([...ratios]));

    t.is(line, `observability costs ${percent} % over none on GET, ${percent} % over none on POST (bound 25 %)`);
    t.is(isRefutedBy, isRefuted);
  });
}

test('the table has the median and the quartiles of every variant and of every ratio', t => {
  const lines = table(sweepsWith([1.1, 1.2, 1.3])).split('\n');

  t.is(lines[0], '| CPU of a request | GET /api/users/:id | POST /api/orders |');
  t.true(lines.includes('| none, µs | 200 [150-250] | 200 [150-250] |'));
  t.true(lines.includes('| all / none | 1.20 [1.15-1.25] | 1.20 [1.15-1.25] |'));
});

test('a sweep in which one of the two failed has no ratio', t => {
  const isMissing = ({sweep, variant}: Measurement) => sweep === '1.0' && variant === 'none';
  const measured = sweepsWith([9, 1.1, 1.2]).filter(slice => !isMissing(slice));

  t.true(table(measured).includes('| all / none | 1.15 [1.13-1.18] |'));
});
