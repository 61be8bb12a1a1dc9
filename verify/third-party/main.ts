import {firstExecutable, onPath} from '../../tools/fetch/executables.ts';
import {createAuth, modes, type Mode} from '../lib/auth.ts';
import {chosenBy, createChecker, type Claim} from '../lib/claims.ts';
import {run, say, type Run as CommandRun} from '../lib/run.ts';
import {startSystem} from '../system/start-system.ts';
import {settings, type ThirdPartyConfig} from './config.ts';
import {metrics} from './metrics.ts';
import {openapi} from './openapi.ts';
import {behind, proxies} from './proxies.ts';
import {pythonPrograms} from './python.ts';
import type {Run} from './run.ts';
import {tokens} from './tokens.ts';

// `npm run third-party`: programs that others wrote judge the API, the tokens and the metrics.

const claims: Record<Mode, Claim<Run>[]> = {
  open: [
    ['schemathesis agrees with openapi.json of users', openapi('users')],
    ['schemathesis agrees with openapi.json of orders', openapi('orders')],
  ],
  token: [
    ['PyJWT and Authlib read the tokens of users', tokens],
    ['schemathesis agrees with openapi.json of users', openapi('users')],
    ['schemathesis agrees with openapi.json of orders', openapi('orders')],
    ['prometheus_client reads the metrics', metrics],
  ],
};

async function judge({config, words, signal, cleanups}: CommandRun<ThirdPartyConfig>): Promise<boolean> {
  const programs = await pythonPrograms(say);
  if (programs === undefined) {
    say('Skipped: these programs are written in Python, and there is no python3 on PATH.');
    return true;
  }

  claims.token.push(...(await behindProxies()));
  const checker = createChecker({signal});
  for (const mode of modes) {
    const auth = await createAuth(mode);
    const t = {teardown: (end: () => unknown) => cleanups.push(async () => end())};
    const system = await startSystem(t, auth.settings.orders, auth.settings.users);
    for (const [title, check] of chosenBy(words, claims[mode])) {
      await checker.check([`${title} with AUTH=${mode}`, check], {system, auth, programs, config});
    }
  }
  return checker.conclude();
}

/** The claims for the proxies that are on PATH. */
async function behindProxies(): Promise<Claim<Run>[]> {
  const found: Claim<Run>[] = [];
  for (const name of Object.keys(proxies)) {
    const program = await firstExecutable(onPath(name));
    if (program === undefined) say(`Not tried: there is no ${name} on PATH.`);
    else found.push([`${name} in front of users changes no answer`, behind(name, program)]);
  }
  return found;
}

await run(settings, judge);
