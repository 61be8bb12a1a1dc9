import test from 'ava';
import {ann} from '../../../../services/users/test/fixtures.ts';
import {modes} from '../../../lib/auth.ts';
import {attack, leaks} from '../campaign.ts';
import {startTarget} from '../target.ts';

for (const mode of modes) {
  test(`with AUTH=${mode}, every attack is refused with a problem, reads nothing, changes nothing and leaves no secret in logs and metrics`, async t => {
    const {target, logged} = await startTarget(t, mode);

    const before = await target.content();
    // `npm run fuzz` sends thousands.
    const {seed, faults} = await attack(target, 300);
    const log = await logged();

    t.deepEqual(faults, [], `seed ${seed}`);
    t.true(before.includes(ann.email));
    t.is(await target.content(), before);
    // Node's parser refuses the others.
    t.true(log.split('"msg":"request"').length > 150);
    t.deepEqual(await leaks(target, log), []);
  });
}
