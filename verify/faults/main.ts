import {readConfig} from '#platform/config.ts';
import {randomFrom} from '../lib/random.ts';
import {findMongod} from '../../dev/find-mongod.ts';
import {settings, type FaultsConfig} from './config.ts';
import {frozenUsers} from './claims/frozen-users.ts';
import {kills} from './claims/kills.ts';
import type {Experiment, Lab} from './lab.ts';
import {logins} from './claims/logins.ts';
import {matrix} from './claims/matrix.ts';
import {oneBuyer} from './claims/one-buyer.ts';
import {overload} from './claims/overload.ts';
import {slowClients} from './claims/slow-clients.ts';
import {soak} from './claims/soak.ts';
import {storm} from './claims/storm.ts';

// `npm run faults`: what the README promises of faults and load, tried with real processes on this machine.
// Words after it choose experiments by their titles.

const experiments: Experiment[] = [
  ['the fault matrix', matrix],
  ['kill -9', kills],
  ['users frozen', frozenUsers],
  ['a thousand orders of one buyer', oneBuyer],
  ['slow clients', slowClients],
  ['logins', logins],
  ['overload', overload],
  ['a storm of tries', storm],
  ['a soak', soak],
];

const say = (line: string): void => console.log(line);
const stopping = new AbortController();

async function tryAll(config: FaultsConfig, words: string[]): Promise<boolean> {
  const ground = {mongod: await findMongod(say), signal: stopping.signal};
  const chosen = experiments.filter(([title]) => words.length === 0 || words.some(word => title.includes(word)));

  say(`FAULTS_SEED=${config.FAULTS_SEED}`);
  let passed = 0;
  for (const experiment of chosen) {
    const lab: Lab = {config, ground, say, random: randomFrom(config.FAULTS_SEED)};
    if (await tryOne(experiment, lab)) passed += 1;
  }
  say(`${passed} passed, ${chosen.length - passed} failed`);
  return passed === chosen.length;
}

async function tryOne([title, experiment]: Experiment, lab: Lab): Promise<boolean> {
  try {
    stopping.signal.throwIfAborted();
    say(`ok   ${title}: ${await experiment(lab)}`);
    return true;
  } catch (error) {
    const {message} = stopping.signal.aborted ? (stopping.signal.reason as Error) : (error as Error);
    say(`FAIL ${title}: ${message.replaceAll(/\s+/gu, ' ').slice(0, 1_000)}`);
    return false;
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => stopping.abort(new Error('stopped')));
}
try {
  const config = readConfig(settings, process.env);
  const late = new Error(`stopped after FAULTS_LIMIT_S=${config.FAULTS_LIMIT_S} s`);
  setTimeout(() => stopping.abort(late), config.FAULTS_LIMIT_S * 1000).unref();
  process.exitCode = (await tryAll(config, process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  process.exitCode = 1;
  console.error((error as Error).message);
}
// What was interrupted may still be waiting.
process.exit();
