import test from 'ava';
import {findMongod} from '../../../dev/find-mongod.ts';
import {modes, type Mode} from '../../lib/auth.ts';
import {withSystem, type System} from '../system.ts';
import {calls} from '../matrix/calls.ts';
import {sendAgain, tryCell, wrongAnswers} from '../matrix/cell.ts';
import {faults} from '../matrix/faults.ts';
import {createFixtures, registerPeople, type Fixtures, type People} from '../matrix/fixtures.ts';

// One cell of the fault matrix for each fault, without the deadlines: the timeouts here are long, so that none decides.
const settings = {
  USERS_CONNECT_MS: '900',
  USERS_ATTEMPT_MS: '900',
  USERS_CHECK_MS: '1500',
  USERS_CACHE_FRESH_MS: '0',
  USERS_CACHE_STALE_MS: '0',
};

const [unseen] = calls.filter(({title}) => title === 'unseen').map(call => ({...call, times: 3}));

type Started = {system: System; people: People};

/** Starts a system in this mode. It ends with `end`. */
async function start(mode: Mode): Promise<Started & {end: () => Promise<void>}> {
  const [started, done] = [Promise.withResolvers<Started>(), Promise.withResolvers<void>()];
  const run = {mode, mongod: await findMongod(() => undefined), cleanups: [], signal: new AbortController().signal};
  const running = withSystem(run, {orders: settings}, async system => {
    started.resolve({system, people: await registerPeople(system, 3)});
    await done.promise;
  });
  await Promise.race([started.promise, running]);
  return {
    ...(await started.promise),
    end() {
      done.resolve();
      return running;
    },
  };
}

const systems = new Map<Mode, Awaited<ReturnType<typeof start>>>();

test.before(async () => {
  for (const mode of modes) systems.set(mode, await start(mode));
});

test.after.always(async () => {
  await Promise.all([...systems.values()].map(({end}) => end()));
});

async function fixturesOf(mode: Mode, title: string): Promise<Fixtures> {
  const started = systems.get(mode);
  if (!started) throw new Error(`no system with AUTH=${mode}`);
  return createFixtures(started.system, title.replaceAll(/\W/gu, ''), started.people);
}

for (const [mode, fault] of modes.flatMap(mode => faults.map(fault => [mode, fault] as const))) {
  const {status, code} = {...unseen?.usual, ...fault.changes.lookup};
  const answer = [status, code].filter(Boolean).join(' ');

  test.serial(
    `${fault.title}: with AUTH=${mode}, an order of an uncached buyer is answered ${answer}, and 201 after the fault`,
    async t => {
      const fixtures = await fixturesOf(mode, fault.title);
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
