import {findMongod} from '../../dev/find-mongod.ts';
import {chosenBy, createChecker, type Claim} from '../lib/claims.ts';
import {randomFrom} from '../lib/random.ts';
import {run, say, type Run as CommandRun} from '../lib/run.ts';
import {frozenUsers} from './claims/frozen-users.ts';
import {badTokens, greedy, guesses, lists, marks} from './claims/greedy.ts';
import {kills} from './claims/kills.ts';
import {logins} from './claims/logins.ts';
import {linearizable} from './claims/linearizable.ts';
import {matrix} from './claims/matrix.ts';
import {oneBuyer} from './claims/one-buyer.ts';
import {overload} from './claims/overload.ts';
import {slowClients} from './claims/slow-clients.ts';
import {soak} from './claims/soak.ts';
import {storm} from './claims/storm.ts';
import {settings, type FaultsConfig} from './config.ts';
import type {Run} from './run.ts';

// `npm run faults`: what the README promises about faults and load, checked with real processes on this machine.

const claims: Claim<Omit<Run, 'mode'>>[] = [
  ['the fault matrix with AUTH=open', run => matrix({...run, mode: 'open'})],
  ['the fault matrix with AUTH=token', run => matrix({...run, mode: 'token'})],
  ['kill -9 loses no order with AUTH=open', run => kills({...run, mode: 'open'})],
  ['kill -9 loses no order with AUTH=token', run => kills({...run, mode: 'token'})],
  ['orders are linearizable', run => linearizable({...run, mode: 'open'})],
  ['orders works while users is frozen', run => frozenUsers({...run, mode: 'open'})],
  ['a burst of one buyer needs two lookups at most', run => oneBuyer({...run, mode: 'open'})],
  ['slow clients keep nobody out', run => slowClients({...run, mode: 'open'})],
  ['one greedy reader of long lists slows nobody', run => greedy({...run, mode: 'token'}, lists)],
  ['one greedy sender of bad tokens slows nobody', run => greedy({...run, mode: 'token'}, badTokens)],
  ['one greedy guesser of a password keeps nobody from logging in', run => greedy({...run, mode: 'token'}, guesses)],
  ['one greedy sender of hard passwords slows nobody', run => greedy({...run, mode: 'open'}, marks)],
  ['logins do not delay reads', run => logins({...run, mode: 'token'})],
  ['overload is shed with AUTH=open', run => overload({...run, mode: 'open'})],
  ['overload is shed with AUTH=token', run => overload({...run, mode: 'token'})],
  ['a retry storm passes', run => storm({...run, mode: 'open'})],
  ['a soak without growth with AUTH=open', run => soak({...run, mode: 'open'})],
  ['a soak without growth with AUTH=token', run => soak({...run, mode: 'token'})],
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
