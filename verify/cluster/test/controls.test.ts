import test from 'ava';
import {quick, thorough} from '../claims.ts';
import {controlOf, controls} from '../controls.ts';

const claims = [...quick, ...thorough];

test('each claim about a cluster has a control, or the reason why it has none', t => {
  t.deepEqual(Object.keys(controls).toSorted(), claims.map(([title]) => title).toSorted());
  for (const claim of claims) {
    const control = controlOf(claim);
    t.regex(
      typeof control === 'string' ? control : control[0],
      /^(?:its control is in it|control not run): .|^control of "/u,
    );
  }
});

test('at least half of the claims can be seen to fail on the cluster itself', t => {
  const tried = Object.values(controls).filter(control => !('none' in control));

  t.true(tried.length * 2 >= claims.length, `${tried.length} of ${claims.length}`);
});
