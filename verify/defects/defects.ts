/** A fault that somebody could make here, or has made: a text of a file, and what stands there instead. */
export type Defect = {
  name: string;
  /** What it would do to a user. */
  cost: string;
  file: string;
  from: string;
  to: string;
  /** The tests of which one must fail. */
  caughtBy: string;
};

const orders: Defect[] = [
  {
    name: 'keys are ignored',
    cost: 'A client that sends an order again after a lost answer gets two parcels',
    file: 'services/orders/orders.ts',
    from: 'key === undefined ? undefined : {key, fingerprint: fingerprintOf(input)};',
    to: 'undefined as Keyed | undefined;',
    caughtBy: 'services/orders/test/orders.test.ts',
  },
  {
    name: 'the key is looked up after users',
    cost: 'While users is down, nobody can find out whether an order was placed',
    file: 'services/orders/orders.ts',
    from: `  const earlier = keyed && (await store.findByKey(input.userId, keyed.key));
  if (earlier) return replay(earlier, keyed);

  const buyer = await findUser(input.userId, caller.token);
  if (!buyer) throw new AppError(unknownUser);
`,
    to: `  const buyer = await findUser(input.userId, caller.token);
  if (!buyer) throw new AppError(unknownUser);

  const earlier = keyed && (await store.findByKey(input.userId, keyed.key));
  if (earlier) return replay(earlier, keyed);
`,
    caughtBy: 'services/orders/test/orders.test.ts',
  },
  {
    name: 'a key is one key for all users',
    cost: 'A buyer whose key another one has used cannot order',
    file: 'services/orders/store.ts',
    from: "schema.index({userId: 1, key: 1}, {name: 'key_exists'",
    to: "schema.index({key: 1}, {name: 'key_exists'",
    caughtBy: 'services/orders/test/store.test.ts',
  },
  {
    name: 'a key fits any body',
    cost: 'Somebody who uses a key again believes that the second order was placed',
    file: 'services/orders/orders.ts',
    from: '  if (keyed.fingerprint !== fingerprint) throw new AppError(keyReused);\n',
    to: '',
    caughtBy: 'services/orders/test/orders.test.ts',
  },
  {
    name: 'prices are cut to cents',
    cost: '19.99 is charged as 19.98',
    file: 'services/orders/money.ts',
    from: 'Math.round(price * 100)',
    to: 'Math.trunc(price * 100)',
    caughtBy: 'services/orders/test/money.test.ts',
  },
  {
    name: 'the cursor is a time only',
    cost: 'Orders of one millisecond are missing between two pages',
    file: 'services/orders/store.ts',
    from: '$or: [{createdAt: {$lt: createdAt}}, {createdAt, _id: {$lt: toObjectId(id)}}],',
    to: 'createdAt: {$lt: createdAt}, ...(id && {}),',
    caughtBy: 'services/orders/test/store.test.ts',
  },
  {
    name: 'If-Match is not checked as it writes',
    cost: 'Of two clerks who change an order at once, one overwrites the other',
    file: 'services/orders/store.ts',
    from: '        ...ofVersion(versions),\n',
    to: '',
    caughtBy: 'services/orders/test/store.test.ts',
  },
  {
    name: 'orders of others can be read',
    cost: 'Any user reads what any other has bought',
    file: 'services/orders/orders.ts',
    from: '  if (!order || !mayActFor(caller, order.userId)) throw new AppError(orderNotFound);\n',
    to: '  if (!order) throw new AppError(orderNotFound);\n',
    caughtBy: 'services/orders/test/access.test.ts',
  },
  {
    name: 'any 404 means that there is no such user',
    cost: 'A wrong address of users tells every buyer that they do not exist',
    file: 'services/orders/users-client.ts',
    from: "codeOf(answer) === '404 user_not_found' ? 'not_found'",
    to: "answer.statusCode === 404 ? 'not_found'",
    caughtBy: 'services/orders/test/users-client.test.ts',
  },
];

const users: Defect[] = [
  {
    name: 'a login of nobody costs nothing',
    cost: 'The time of a login tells who has an account',
    file: 'services/users/passwords.ts',
    from: '    async verify(password, phc = nobodys) {\n',
    to: '    async verify(password, phc = nobodys) {\n      if (phc === nobodys) return false;\n',
    caughtBy: 'services/users/test/sessions.test.ts',
  },
  {
    name: 'a token is enough to change a password',
    cost: 'Whoever steals a token has the account for ever',
    file: 'services/users/users.ts',
    from: '  if (needsProof(caller, id, change)) await prove(deps, id, currentPassword);\n',
    to: '',
    caughtBy: 'services/users/test/change.test.ts',
  },
  {
    name: 'any JWT of the issuer is a token',
    cost: 'What was signed for another purpose opens the API',
    file: 'services/platform/auth.ts',
    from: ' typ: type,',
    to: '',
    caughtBy: 'services/platform/test/auth.test.ts',
  },
];

const calls: Defect[] = [
  {
    name: 'the breaker never closes',
    cost: 'After one outage of users, nobody orders until somebody restarts the pods',
    file: 'services/platform/calls/breaker.ts',
    from: "return verdict === 'answered' ? close() : open();",
    to: 'return open();',
    caughtBy: 'services/platform/calls/test/breaker.test.ts',
  },
  {
    name: 'the breaker never opens',
    cost: 'While users hangs, each order waits for it, and orders fills up',
    file: 'services/platform/calls/breaker.ts',
    from: " && failedTooOften(verdict) && state === 'closed'",
    to: ' && failedTooOften(verdict) && false',
    caughtBy: 'services/platform/calls/test/breaker.test.ts',
  },
  {
    name: 'retries have no budget',
    cost: 'A users that is slow gets twice the load, and does not come back',
    file: 'services/platform/calls/retry.ts',
    from: '!isTransient(error) || !spend()',
    to: '!isTransient(error)',
    caughtBy: 'services/platform/calls/test/retry.test.ts',
  },
  {
    name: '"not found" is shared',
    cost: 'Somebody who has just registered is told that they do not exist',
    file: 'services/platform/calls/coalesce.ts',
    from: 'return (await earlier) ?? running.get(key) ?? begin(key, input);',
    to: 'return earlier;',
    caughtBy: 'services/platform/calls/test/coalesce.test.ts',
  },
  {
    name: 'a cached user never gets too old',
    cost: 'Who was removed can order for as long as users is down',
    file: 'services/platform/calls/cache.ts',
    from: 'youngerThan(CACHE_STALE_MS, key)',
    to: 'youngerThan(CACHE_STALE_MS * Infinity, key)',
    caughtBy: 'services/platform/calls/test/cache.test.ts',
  },
];

const platform: Defect[] = [
  {
    name: 'a pod does not drain',
    cost: 'Each rollout breaks the requests that come on kept connections',
    file: 'services/platform/lifecycle.ts',
    from: '  await wait(config.DRAIN_MS);\n',
    to: '',
    caughtBy: 'services/platform/test/lifecycle.test.ts',
  },
  {
    name: 'a pod whose MongoDB is away is not alive',
    cost: 'While MongoDB is away, Kubernetes restarts every pod again and again',
    file: 'services/platform/ops.ts',
    from: "if (path === '/livez') return sendJson(response, 200, {alive: true});",
    to: "if (path === '/livez') return sendReadiness(response, readiness);",
    caughtBy: 'services/platform/test/ops.test.ts',
  },
  {
    name: 'one member of MongoDB is enough for a write',
    cost: 'An order that was acknowledged is gone after an election',
    file: 'services/platform/mongo/connection.ts',
    from: "writeConcern: {w: 'majority', journal: true},",
    to: 'writeConcern: {w: 1},',
    caughtBy: 'services/platform/mongo/test/connection.test.ts',
  },
  {
    name: 'an unknown outcome is called a failure',
    cost: 'A client that obeys Retry-After orders twice',
    file: 'services/platform/mongo/store.ts',
    from: '() => (write.sent > 0 ? unknown : unavailable),',
    to: '() => unavailable,',
    caughtBy: 'services/orders/test/outcome.test.ts',
  },
  {
    name: 'a body has no limit',
    cost: 'One request fills the memory of a pod',
    file: 'services/platform/bodies.ts',
    from: '    if (body.bytes > MAX_BODY) body.refuse(tooLarge);\n',
    to: '',
    caughtBy: 'services/platform/test/bodies.test.ts',
  },
  {
    name: 'one client may have all of a turn',
    cost: 'One client that asks without a pause makes all others wait',
    file: 'services/platform/server.ts',
    from: 'overload.isGreedy(client) ? inTurn : handle',
    to: 'handle',
    caughtBy: 'services/platform/test/overload.test.ts',
  },
  {
    name: 'an error is logged with all it has',
    cost: 'Tokens and bodies stand in the log',
    file: 'services/platform/log.ts',
    from: 'serializers: {err: describeError},',
    to: 'serializers: {err: (error: Error) => ({...describeError(error), ...error})},',
    caughtBy: 'services/platform/test/log.test.ts',
  },
  {
    name: 'settings are logged as they are',
    cost: 'The password of the database stands in the log of each start',
    file: 'services/platform/config.ts',
    from: "isSecret(settings.shape[name] as z.ZodType) && value !== undefined ? '***' : value,",
    to: 'value,',
    caughtBy: 'services/platform/test/config.test.ts',
  },
  {
    name: 'an unexpected error is answered with its message',
    cost: 'An attacker reads names of hosts, collections and files',
    file: 'services/platform/problems.ts',
    from: 'new AppError(internal, {cause: thrown});',
    to: 'new AppError({...internal, detail: String(thrown)}, {cause: thrown});',
    caughtBy: 'services/platform/test/http.test.ts',
  },
  {
    name: 'any request id is taken',
    cost: 'A caller fills the log with what looks like the ids of others',
    file: 'services/platform/context.ts',
    from: 'REQUEST_ID.test(requestId) ? requestId : randomUUID()',
    to: 'requestId || randomUUID()',
    caughtBy: 'services/platform/test/context.test.ts',
  },
  {
    name: 'metrics are by path',
    cost: 'Each id is a new series, until Prometheus or the pod has no memory left',
    file: 'services/platform/router.ts',
    from: "String((ctx as RouterContext)._matchedRoute ?? 'unmatched')",
    to: 'ctx.path',
    caughtBy: 'services/platform/test/http.test.ts',
  },
  {
    name: 'the call to users has no span',
    cost: 'The trace of a slow order does not show that users was slow',
    file: 'services/platform/calls/neighbour.ts',
    from: 'await inSpan(span, {}, () => next(query));',
    to: 'await next(query);',
    caughtBy: 'verify/system/test/trace.test.ts',
  },
];

const charts: Defect[] = [
  {
    name: 'each render makes new passwords',
    cost: 'An upgrade locks the services out of their databases',
    file: 'charts/mongodb/templates/_helpers.tpl',
    from: ' | default $current | default (randAlphaNum $length)',
    to: ' | default (randAlphaNum $length)',
    caughtBy: 'charts/test/lookups.test.ts',
  },
  {
    name: 'an uninstall deletes the passwords',
    cost: 'The data is kept, and nobody can read it any more',
    file: 'charts/mongodb/templates/secret.yaml',
    from: 'helm.sh/resource-policy: keep',
    to: 'helm.sh/resource-policy: delete',
    caughtBy: 'charts/test/database.test.ts',
  },
  {
    name: 'a restore runs again',
    cost: 'Whoever applies the Job a second time loses every order since',
    file: 'charts/mongodb/files/restore.sh',
    from: 'if grep --quiet --line-regexp --fixed-strings "$JOB" /backup/restored 2>/dev/null; then',
    to: 'if false; then',
    caughtBy: 'charts/test/restore.test.ts',
  },
  {
    name: 'pods may connect to anywhere',
    cost: 'Who breaks into one pod can reach everything from it',
    file: 'charts/orders/templates/networkpolicy.yaml',
    from: '    - Ingress\n    - Egress\n',
    to: '    - Ingress\n',
    caughtBy: 'charts/test/reachability.test.ts',
  },
];

export const defects: Defect[] = [...orders, ...users, ...calls, ...platform, ...charts];
