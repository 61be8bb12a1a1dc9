import {firstExecutable, onPath} from '../../tools/fetch/executables.ts';
import {createAuth, modes, type Mode} from '../lib/auth.ts';
import {chosenBy, createChecker, type Claim} from '../lib/claims.ts';
import {run, say, type Run as CommandRun} from '../lib/run.ts';
import {startSystem} from '../system/start-system.ts';
import {client} from './clients.ts';
import {settings, type ThirdPartyConfig} from './config.ts';
import {contract} from './contract.ts';
import {lint} from './lint.ts';
import {metrics} from './metrics.ts';
import {openapi} from './openapi.ts';
import {behind} from './proxies.ts';
import {pythonPrograms} from './python.ts';
import type {Run} from './run.ts';
import {tokens} from './tokens.ts';

// `npm run third-party`: programs that others wrote judge the API, the tokens and the metrics.

/** A claim in these modes of AUTH, and the program on PATH that it needs. */
type Judgement = [program: string, modes: readonly Mode[], ...Claim<Run>];

const judgements: Judgement[] = [
  ['npm', ['open'], 'Redocly finds no problem in openapi.json', lint],
  ['go', ['open'], 'oasdiff finds no change of openapi.json that breaks clients of the last release', contract],
  ['python3', ['token'], 'PyJWT and Authlib read the tokens of users', tokens],
  ['python3', modes, 'schemathesis agrees with openapi.json of users', openapi('users')],
  ['python3', modes, 'schemathesis agrees with openapi.json of orders', openapi('orders')],
  ['python3', ['token'], 'prometheus_client reads the metrics', metrics],
  ['python3', modes, 'a client in Python gets the documented answers', client('python')],
  ['go', modes, 'a client in Go gets the documented answers', client('go')],
  // Only a JDK compiles the source: a Java runtime alone has no javac.
  ['javac', modes, 'a client in Java gets the documented answers', client('java')],
  ['nginx', ['token'], 'nginx in front of users changes no answer', behind('nginx')],
  ['haproxy', ['token'], 'haproxy in front of users changes no answer', behind('haproxy')],
];

async function judge({config, words, signal, cleanups}: CommandRun<ThirdPartyConfig>): Promise<boolean> {
  const [programs, possible] = [await pythonPrograms(say), await thoseThatRun(judgements)];
  const checker = createChecker({signal});
  for (const mode of modes) {
    const auth = await createAuth(mode);
    const t = {teardown: (end: () => unknown) => cleanups.push(async () => end())};
    const system = await startSystem(t, auth.settings.orders, auth.settings.users);
    for (const [title, check] of chosenBy(words, claimsIn(mode, possible))) {
      await checker.check([`${title} with AUTH=${mode}`, check], {system, auth, programs, config});
    }
  }
  return checker.conclude();
}

const claimsIn = (mode: Mode, all: Judgement[]): Claim<Run>[] =>
  all.filter(([, modes]) => modes.includes(mode)).map(([, , title, check]) => [title, check]);

/** The judgements whose program is on PATH. Says which programs are not. */
async function thoseThatRun(all: Judgement[]): Promise<Judgement[]> {
  const missing = new Set<string>();
  for (const program of new Set(all.map(([program]) => program))) {
    if ((await firstExecutable(onPath(program))) === undefined) missing.add(program);
  }
  for (const program of missing) say(`Not tried: there is no ${program} on PATH.`);
  return all.filter(([program]) => !missing.has(program));
}

await run(settings, judge);
