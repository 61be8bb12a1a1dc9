import {callsInOpenMode, callsInTokenMode} from '../tools/try-it.ts';
import type {Plan} from './plan.ts';

/** What `npm start` prints once everything runs: addresses, and calls that work as printed. */
export function banner(plans: Plan[], pagePort: number): string {
  const places = plans.map(({name, env, mongo}) =>
    [
      `${name}: http://localhost:${env['PORT']}   documentation: http://localhost:${env['PORT']}/docs`,
      `  readiness and metrics: http://localhost:${env['OPS_PORT']}/readyz, /metrics`,
      `  MongoDB: ${databaseIn({env, mongo})}`,
    ].join('\n'),
  );
  const page = pagePort > 0 ? `\nWatch it, and break it: http://localhost:${pagePort}\n` : '';
  return `\n${places.join('\n')}\n${page}${tryIt(plans)}\nCtrl-C stops everything.\n`;
}

function databaseIn({env, mongo}: Pick<Plan, 'env' | 'mongo'>): string {
  if (mongo) return `mongodb://127.0.0.1:${mongo.port} (data in ${mongo.folder})`;
  return env['MONGO_URL'] ? 'yours' : 'none';
}

/** The calls need users and orders. Without one of them there are none. */
function tryIt(plans: Plan[]): string {
  const [users, orders] = ['users', 'orders'].map(name => plans.find(plan => plan.name === name)?.env);
  if (!users || !orders) return '';

  const callsOf = orders['AUTH'] === 'token' ? callsInTokenMode : callsInOpenMode;
  const calls = callsOf(`localhost:${users['PORT']}`, `localhost:${orders['PORT']}`);
  return `\nTry it:\n${calls.map(call => `  ${call}\n`).join('')}`;
}
