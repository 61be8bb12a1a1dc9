import {findMongod} from '../../dev/find-mongod.ts';
import {chosenBy, createChecker, type Claim} from '../lib/claims.ts';
import {modes} from '../lib/auth.ts';
import {randomFrom} from '../lib/random.ts';
import {run, say, type Run as CommandRun} from '../lib/run.ts';
import {frozenUsers} from './claims/frozen-users.ts';
import {kills} from './claims/kills.ts';
import {logins} from './claims/logins.ts';
import {matrix} from './claims/matrix.ts';
import {oneBuyer} from './claims/one-buyer.ts';
import {overload} from './claims/overload.ts';
import {slowClients} from './claims/slow-clients.ts';
import {soak} from './claims/soak.ts';
import {storm} from './claims/storm.ts';
import {settings, type FaultsConfig} from './config.ts';
import type {Run} from './run.ts';

// `npm run faults`: what the README promises about faults and load, checked with real processes on this machine.

type ModelessRun = Omit<Run, 'mode'>;
type Check = Claim<Run>[1];

/** Claims that tokens make no difference to. */
const inOpenMode = (title: string, check: Check): Claim<ModelessRun> => [title, run => check({...run, mode: 'open'})];

const inTokenMode = (title: string, check: Check): Claim<ModelessRun> => [title, run => check({...run, mode: 'token'})];

const inBothModes = (title: string, check: Check): Claim<ModelessRun>[] =>
  modes.map(mode => [`${title} with AUTH=${mode}`, run => check({...run, mode})]);

const claims = [
  ...inBothModes('the fault matrix', matrix),
  ...inBothModes('kill -9 loses no order', kills),
  inOpenMode('orders works while users is frozen', frozenUsers),
  inOpenMode('a burst of one buyer needs two lookups at most', oneBuyer),
  inOpenMode('slow clients keep nobody out', slowClients),
  inTokenMode('logins do not delay reads', logins),
  ...inBothModes('overload is shed', overload),
  inOpenMode('a retry storm passes', storm),
  ...inBothModes('a soak without growth', soak),
];

async function checkAll(run: CommandRun<FaultsConfig>): Promise<boolean> {
  const {FAULTS_SEED: seed, FAULTS_LIMIT_S: limitS} = run.config;
  const mongod = await findMongod(say);
  const signal = AbortSignal.any([run.signal, lateAfter(limitS)]);
  const checker = createChecker({signal});
  say(`FAULTS_SEED=${seed}`);
  for (const claim of chosenBy(run.words, claims)) {
    await checker.check(claim, {...run, signal, mongod, seed, random: randomFrom(seed)});
  }
  return checker.conclude();
}

function lateAfter(seconds: number): AbortSignal {
  const ending = new AbortController();
  setTimeout(() => ending.abort(new Error(`stopped after FAULTS_LIMIT_S=${seconds} s`)), seconds * 1000).unref();
  return ending.signal;
}

await run(settings, checkAll);
