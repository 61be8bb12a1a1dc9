import type {Edit} from '../edits.ts';

/** The tests of who may call. */
export const accessTests: Edit[] = [
  {from: 'type Order = {', to: 'type Headers', by: 'type Body = {userId: string};\n'},
  {from: 'const list =', to: '\n/** The answer to each caller'},
  {replace: 'headers: Headers, orderId: string)', by: 'headers: Headers)'},
  {
    from: 'const move =',
    to: 'const table:',
    by: "// Only an admin may act in another user's name.\n",
  },
  {replace: "{owner: 201, another: 'forbidden', admin: 201}", by: "{owner: 200, another: 'forbidden', admin: 200}"},
  {replace: '{owner: 201, another: 201, admin: 201}', by: '{owner: 200, another: 200, admin: 200}'},
  {from: "  ['listOrders', 'the list'", to: '];\n\nconst answerOf'},
  {
    from: '    const owners = bearer(await tokenFor(signer, owner));\n    const callers = {\n      owner: owners,\n',
    to: '      another: bearer',
    by: '    const callers = {\n      owner: bearer(await tokenFor(signer, owner)),\n',
  },
  {
    from: '      const {body} = await place(orders, owners);\n',
    to: '    }\n\n    t.deepEqual(given, answers)',
    by: '      given[who] = answerOf(await call(orders, headers));\n',
  },
  {replace: 'nobody gets ${what}, and nothing changes`', by: 'nobody gets ${what}`'},
  {from: "    const admins = bearer(await tokenFor(signer, admin, 'admin'));\n", to: '\n    const given'},
  {replace: '{authorization}, body.id)', by: '{authorization})'},
  {replace: '    t.deepEqual((await list(orders, admins)).body, before);\n', by: ''},
  {from: "test.serial('users see their own orders", to: "test.serial('every user and admin has a rate limit"},
  {
    from: '  const calls = [\n',
    to: "test.serial('the API documentation",
    by: `  const statusesOf = async (headers: Headers) => {
    const statuses: number[] = [];
    for (let count = 0; count < 4; count++) statuses.push((await place(orders, headers)).statusCode);
    return statuses;
  };

  t.deepEqual(await statusesOf(bearer(await tokenFor(signer, owner))), [200, 200, 200, 429]);
  t.deepEqual(await statusesOf(bearer(await tokenFor(signer, admin, 'admin'))), [200, 200, 200, 429]);
});

`,
  },
];
