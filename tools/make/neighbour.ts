import {edited, type Edit, type Edits} from './edits.ts';
import {renamer, type Words} from './names.ts';

/** Stands for the new neighbour in the edits. */
const NEIGHBOUR: Words = {many: 'gadgets', one: 'gadget'};
const USERS: Words = {many: 'users', one: 'user'};

const contract: Edit[] = [
  {
    after:
      "    userId: Id.optional().meta({description: 'The buyer. Optional with a token: the default is the caller'}),\n",
    add: "    gadgetId: Id.meta({description: 'The gadget that it is for'}),\n",
  },
  {after: '    userId: Id,\n', add: '    gadgetId: Id,\n'},
  {
    before: 'export const usersUnavailable',
    add: `export const unknownGadget = {
  code: 'unknown_gadget',
  status: 400,
  title: 'Gadget not found',
  detail: 'No gadget has the id in \`gadgetId\`, or the caller may not see it.',
} as const satisfies ErrorKind;

`,
  },
  {
    before: 'export const usersUnavailable',
    add: `export const gadgetsUnavailable = {
  code: 'gadgets_unavailable',
  status: 503,
  title: 'Gadgets unavailable',
  detail: 'The gadgets service did not answer, so the gadget could not be checked. Nothing was done. Try again.',
  retryAfter: 1,
} as const satisfies ErrorKind;

`,
  },
];

const domain: Edit[] = [
  {before: 'unknownUser, type', add: 'unknownGadget, '},
  {after: '  userId: string;\n', add: '  gadgetId: string;\n'},
  {
    before: '/** Records an event in the metrics',
    add: `/**
 * Finds a gadget, on behalf of the caller whose token it is; undefined if there is none that the caller may see.
 * @throws AppError \`gadgets_unavailable\`, \`unauthorized\`, \`too_many_requests\`, as \`FindUser\` does.
 */
export type FindGadget = (id: string, token?: string) => Promise<{id: string} | undefined>;

`,
  },
  {before: 'observe: Observe};', add: 'findGadget: FindGadget; '},
  {all: /\bfindUser(?=(?:, \w+)*\}: Deps)/gu, by: 'findUser, findGadget'},
  {
    after: '  if (!buyer) throw new AppError(unknownUser);\n',
    add: `  const gadget = await findGadget(input.gadgetId, caller.token);
  if (!gadget) throw new AppError(unknownGadget);
`,
  },
];

const store: Edit[] = [
  {after: '    userId: {type: String, required: true},\n', add: '    gadgetId: {type: String, required: true},\n'},
  {after: 'const fields = {userId: 1, ', add: 'gadgetId: 1, '},
  {after: '  userId: row.userId,\n', add: '  gadgetId: row.gadgetId,\n'},
];

const routes: Edit[] = [
  {before: '  unknownUser,\n  usersUnavailable,\n', add: '  gadgetsUnavailable,\n  unknownGadget,\n'},
  {after: 'problems: [unknownUser, ', add: 'unknownGadget, gadgetsUnavailable, '},
];

const main: Edit[] = [
  {
    before: "import {createFindUser} from './users-client.ts';",
    add: "import {createFindGadget} from './gadgets-client.ts';\n",
  },
  {
    after: 'const findUser = createFindUser(config, metrics.registry);\n',
    add: 'const findGadget = createFindGadget(config, metrics.registry);\n',
  },
  {before: 'observe: countOrders', add: 'findGadget, '},
];

const config: Edit[] = [{after: "  ...neighbourSettings('users'),\n", add: "  ...neighbourSettings('gadgets'),\n"}];

/** In tests, everything that is placed is for a neighbour, and every app has a way to find it. */
const inTests: Edit[] = [
  {all: /(userId: (?:buyer|owner),)(\s+)(?=products)/gu, by: '$1$2gadgetId: gadget,$2'},
  {all: /\{products: \[book\]\}/gu, by: '{gadgetId: gadget, products: [book]}'},
  {all: /json: object = \{products\}/gu, by: 'json: object = {gadgetId: gadget, products}'},
  {all: /\buserId: buyer\}(?=,\n)/gu, by: 'userId: buyer, gadgetId: gadget}'},
  {all: /findUser: findBuyer, observe/gu, by: 'findUser: findBuyer, findGadget: findAny, observe'},
  {all: /^ {2}findUser,\n/gmu, by: '  findUser,\n  findGadget: findAny,\n'},
  {all: /^ {2}userId: string;\n(?= {2}products)/gmu, by: '  userId: string;\n  gadgetId: string;\n'},
  {all: /\['id', 'userId', /gu, by: "['id', 'userId', 'gadgetId', "},
];

const fixtures: Edit[] = [
  {after: 'export const buyer = newId();\n', add: 'export const gadget = newId();\n'},
  {
    before: '/** A client of the orders API',
    add: 'export const findAny: FindGadget = id => Promise.resolve({id});\n\n',
  },
  {all: /import type \{FindUser\}/gu, by: 'import type {FindGadget, FindUser}'},
  {all: /findUser, observe/gu, by: 'findUser, findGadget: findAny, observe'},
];

const values: Edit[] = [
  {
    after: 'users:\n  url: http://users\n',
    add: '\n# The gadgets service, likewise.\ngadgets:\n  url: http://gadgets\n',
  },
  {after: 'clientOf: [users', add: ', gadgets'},
];

const schema: Edit[] = [
  {
    before: '    "users": {\n      "description": "The users service"',
    add: `    "gadgets": {
      "description": "The gadgets service",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "url": {
          "description": "URL of gadgets; the short name of its Service needs the fewest DNS lookups",
          "type": "string",
          "minLength": 1
        }
      }
    },
`,
  },
];

const deployment: Edit[] = [
  {
    before: '            - name: USERS_URL\n',
    add: '            - name: GADGETS_URL\n              value: {{ .Values.gadgets.url }}\n',
  },
];

const helmTest: Edit[] = [{after: '"USERS_URL" .Values.users.url', add: ' "GADGETS_URL" .Values.gadgets.url'}];

const helmTestScript: Edit[] = [
  {after: 'const {USERS_URL, ', add: 'GADGETS_URL, '},
  {after: 'for (const target of [`${USERS_URL}/api/users`, ', add: '`${GADGETS_URL}/api/gadgets`, '},
  {
    before: 'const place = buyer',
    add: `const made = await call(\`\${GADGETS_URL}/api/gadgets\`, 'POST', {userId, products});
assert.equal(made.status, 201, 'a gadget is made');
const {id: gadgetId} = await made.json();
`,
  },
  {after: '{userId: buyer, ', add: 'gadgetId, '},
];

const notes: Edit[] = [{all: /(?=\\?"products\\?":\[)/gu, by: '"gadgetId":"000000000000000000000000",'}];

const edits: Edits = {
  'services/orders/contract.ts': contract,
  'services/orders/orders.ts': domain,
  'services/orders/store.ts': store,
  'services/orders/routes.ts': routes,
  'services/orders/main.ts': main,
  'services/orders/config.ts': config,
  'services/orders/test/fixtures.ts': fixtures,
  'charts/orders/values.yaml': values,
  'charts/orders/values.schema.json': schema,
  'charts/orders/templates/deployment.yaml': deployment,
  'charts/orders/templates/test.yaml': helmTest,
  'charts/orders/templates/NOTES.txt': notes,
  'charts/orders/files/test.mjs': helmTestScript,
};

/** The client of users and its tests become those of the neighbour, which is asked about one at a time. */
const clients: Edits = {
  'services/orders/users-client.ts': [
    {all: /const batch = \{[^]*/gu, by: ''},
    {all: /, batch\}/gu, by: '}'},
    {all: /import \* as z from 'zod';\n/gu, by: ''},
    {all: /, type ReadingOfMany/gu, by: ''},
  ],
  'services/orders/test/users-client.test.ts': [{all: /\/\*\* Answers a lookup of several[^]*/gu, by: ''}],
  'services/orders/test/users-server.ts': [],
};

const isTest = (file: string): boolean => file.startsWith('services/') && file.endsWith('.test.ts');

/**
 * Adds a neighbour to a copy of the template, given as texts by file: each thing belongs to one of the neighbour, which
 * must exist when it is made.
 * @throws an error if the template has changed so that an edit finds no place.
 */
export function withNeighbour(files: Map<string, string>, neighbour: Words): Map<string, string> {
  const rename = renamer([[NEIGHBOUR, neighbour]]);
  const asClient = renamer([[USERS, NEIGHBOUR]]);
  const added = Object.entries(clients).map(([file, cuts]) => {
    const text = asClient(edited(file, files.get(file) ?? '', cuts));
    return [rename(asClient(file)), rename(text)] as const;
  });
  const changed = [...files].map(([file, text]) => {
    const own = edits[file] ?? (isTest(file) && !file.includes('users-client') ? inTests : []);
    return [file, rename(imported(file, text, edited(file, text, own)))] as const;
  });
  return new Map([...changed, ...added]);
}

/** A test that has got new names imports them. */
function imported(file: string, before: string, text: string): string {
  if (!isTest(file) || before === text) return text;
  const names = ['findAny', 'gadget'].filter(name => new RegExp(`[:,] ${name}\\b`, 'u').test(text));
  return text.replace(
    /(\w+)\} from '\.\/fixtures\.ts'/u,
    (_all, last: string) => `${[last, ...names].join(', ')}} from './fixtures.ts'`,
  );
}
