import type {Plan} from './plan.ts';

const JSON_TYPE = "-H 'content-type: application/json'";

/** Where everything is, and calls that work as they are printed. */
export function banner(plans: Plan[]): string {
  const portOf = Object.fromEntries(plans.map(({name, env}) => [name, env['PORT']]));
  const callsOf = plans.some(({env}) => env['AUTH'] === 'token') ? callsWithToken : curlCalls;
  const places = plans.map(({name, env, mongo}) =>
    [
      `${name}: http://localhost:${env['PORT']}   documentation: http://localhost:${env['PORT']}/docs`,
      `  readiness and metrics: http://localhost:${env['OPS_PORT']}/readyz, /metrics`,
      `  MongoDB: ${mongo ? `mongodb://127.0.0.1:${mongo.port} (data in ${mongo.folder})` : 'yours'}`,
    ].join('\n'),
  );
  const calls = portOf['users'] && portOf['orders'] ? callsOf(portOf['users'], portOf['orders']) : '';
  return `\n${places.join('\n')}\n${calls}\nCtrl-C stops everything.\n`;
}

/** Register a user, let it order, and list its orders. */
const curlCalls = (users: string, orders: string): string => `
Try it:
  id=$(curl -s localhost:${users}/api/users ${JSON_TYPE} -d '{"username":"ann-'$(date +%s)'","email":"ann-'$(date +%s)'@example.com","password":"correct horse"}' | cut -d'"' -f4)
  curl -s localhost:${orders}/api/orders ${JSON_TYPE} -d '{"userId":"'$id'","products":[{"productId":"book","quantity":3,"price":19.99}]}'
  curl -s "localhost:${orders}/api/orders?userId=$id"
`;

/** The same with a token; the buyer is whom it names. */
const callsWithToken = (users: string, orders: string): string => `
Try it:
  name=ann-$(date +%s)
  curl -s localhost:${users}/api/users ${JSON_TYPE} -d '{"username":"'$name'","email":"'$name'@example.com","password":"correct horse"}'
  token=$(curl -s localhost:${users}/api/sessions ${JSON_TYPE} -d '{"email":"'$name'@example.com","password":"correct horse"}' | cut -d'"' -f4)
  curl -s localhost:${orders}/api/orders ${JSON_TYPE} -H "authorization: Bearer $token" -d '{"products":[{"productId":"book","quantity":3,"price":19.99}]}'
  curl -s localhost:${orders}/api/orders -H "authorization: Bearer $token"
`;
