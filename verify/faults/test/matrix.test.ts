import test from 'ava';
import {findMongod} from '../../../dev/find-mongod.ts';
import {withDuet, type Duet} from '../duet.ts';
import {calls, type World} from '../matrix/calls.ts';
import {sendAgain, tryCell, wrongAnswers} from '../matrix/cell.ts';
import {faults} from '../matrix/faults.ts';
import {createWorld, registerPeople, type People} from '../matrix/world.ts';

// One cell for each fault of `npm run faults`, without its times: no time here is close to one that decides.
const settings = {
  USERS_CONNECT_MS: '900',
  USERS_ATTEMPT_MS: '900',
  USERS_CHECK_MS: '1500',
  USERS_CACHE_FRESH_MS: '0',
  USERS_CACHE_STALE_MS: '0',
};

const [unseen] = calls.map(call => ({...call, times: 3}));

const [started, done] = [Promise.withResolvers<{duet: Duet; people: People}>(), Promise.withResolvers<void>()];
let running: Promise<void>;

test.before(async () => {
  const ground = {mongod: await findMongod(() => undefined), signal: new AbortController().signal};
  running = withDuet(ground, {orders: settings}, async duet => {
    started.resolve({duet, people: await registerPeople(duet, 3)});
    await done.promise;
  });
  await Promise.race([started.promise, running]);
});

test.after.always(async () => {
  done.resolve();
  await running;
});

async function worldOf(title: string): Promise<World> {
  const {duet, people} = await started.promise;
  return createWorld(duet, title.replaceAll(/\W/gu, ''), people);
}

for (const fault of faults) {
  const {status, code} = {...unseen?.usual, ...fault.changes.check};
  const answer = [status, code].filter(Boolean).join(' ');

  test.serial(
    `${fault.title}: an order of a buyer who must be asked for is answered ${answer}, and 201 afterwards`,
    async t => {
      const world = await worldOf(fault.title);
      if (!unseen) throw new Error('the matrix has no calls');

      await fault.begin(world.duet);
      const cell = await tryCell(unseen, fault, world);
      await fault.end(world.duet);
      const again = await sendAgain(cell, world);

      t.deepEqual(wrongAnswers(cell), []);
      t.deepEqual(wrongAnswers(again), []);
    },
  );
}
