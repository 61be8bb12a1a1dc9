import test from 'ava';
import {findMongod} from '../../../dev/find-mongod.ts';
import {withSystem, type System} from '../system.ts';
import {calls} from '../matrix/calls.ts';
import {sendAgain, tryCell, wrongAnswers} from '../matrix/cell.ts';
import {faults} from '../matrix/faults.ts';
import {createFixtures, registerPeople, type Fixtures, type People} from '../matrix/fixtures.ts';

// One cell for each fault of `npm run faults`, without its times: no time here is close to one that decides.
const settings = {
  USERS_CONNECT_MS: '900',
  USERS_ATTEMPT_MS: '900',
  USERS_CHECK_MS: '1500',
  USERS_CACHE_FRESH_MS: '0',
  USERS_CACHE_STALE_MS: '0',
};

const [unseen] = calls.map(call => ({...call, times: 3}));

const [started, done] = [Promise.withResolvers<{system: System; people: People}>(), Promise.withResolvers<void>()];
let running: Promise<void>;

test.before(async () => {
  const mongod = await findMongod(() => undefined);
  running = withSystem(
    {mongod, cleanups: [], signal: new AbortController().signal},
    {orders: settings},
    async system => {
      started.resolve({system, people: await registerPeople(system, 3)});
      await done.promise;
    },
  );
  await Promise.race([started.promise, running]);
});

test.after.always(async () => {
  done.resolve();
  await running;
});

async function fixturesOf(title: string): Promise<Fixtures> {
  const {system, people} = await started.promise;
  return createFixtures(system, title.replaceAll(/\W/gu, ''), people);
}

for (const fault of faults) {
  const {status, code} = {...unseen?.usual, ...fault.changes.check};
  const answer = [status, code].filter(Boolean).join(' ');

  test.serial(
    `${fault.title}: an order of a buyer who must be asked for is answered ${answer}, and 201 afterwards`,
    async t => {
      const fixtures = await fixturesOf(fault.title);
      if (!unseen) throw new Error('the matrix has no calls');

      await fault.begin(fixtures.system);
      const cell = await tryCell(unseen, fault, fixtures);
      await fault.end(fixtures.system);
      const again = await sendAgain(cell, fixtures);

      t.deepEqual(wrongAnswers(cell), []);
      t.deepEqual(wrongAnswers(again), []);
    },
  );
}
