import type {Plan} from './plan.ts';

const JSON_TYPE = "-H 'content-type: application/json'";

/** Where everything is, and calls that work as they are printed. */
export function banner(plans: Plan[]): string {
  const portOf = Object.fromEntries(plans.map(({name, env}) => [name, env['PORT']]));
  const places = plans.map(({name, env, mongo}) =>
    [
      `${name}: http://localhost:${env['PORT']}   documentation: http://localhost:${env['PORT']}/docs`,
      `  readiness and metrics: http://localhost:${env['OPS_PORT']}/readyz, /metrics`,
      `  MongoDB: ${mongo ? `mongodb://127.0.0.1:${mongo.port} (data in ${mongo.folder})` : 'yours'}`,
    ].join('\n'),
  );
  const calls = portOf['users'] && portOf['orders'] ? curlCalls(portOf['users'], portOf['orders']) : '';
  return `\n${places.join('\n')}\n${calls}\nCtrl-C stops everything.\n`;
}

/** Register a user, let it order, and list its orders. */
const curlCalls = (users: string, orders: string): string => `
Try it:
  id=$(curl -s localhost:${users}/api/users ${JSON_TYPE} -d '{"username":"ann-'$(date +%s)'","email":"ann-'$(date +%s)'@example.com","password":"correct horse"}' | cut -d'"' -f4)
  curl -s localhost:${orders}/api/orders ${JSON_TYPE} -d '{"userId":"'$id'","products":[{"productId":"book","quantity":3,"price":19.99}]}'
  curl -s "localhost:${orders}/api/orders?userId=$id"
`;
