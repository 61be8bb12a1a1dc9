import test from 'ava';
import {ann} from '../../../../services/users/test/fixtures.ts';
import {attack, prepare} from '../campaign.ts';
import {startSystem} from '../../start-system.ts';

test('every attack is refused with a problem, reads nothing and changes nothing', async t => {
  const target = await prepare(await startSystem(t));
  t.teardown(() => target.close());

  const before = await target.content();
  // `npm run fuzz` sends thousands.
  const {seed, faults} = await attack(target, 300);

  t.deepEqual(faults, [], `seed ${seed}`);
  t.true(before.includes(ann.email));
  t.is(await target.content(), before);
});
