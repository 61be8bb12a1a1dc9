import type {Edit, Edits} from '../edits.ts';

const chart: Edit[] = [
  {replace: 'The orders service with its MongoDB', by: 'The orders service, which stores nothing'},
  {from: '  - name: mongodb\n', to: 'annotations:'},
];

const values: Edit[] = [
  {replace: ' orders or 165 reads a second', by: ' orders a second'},
  {replace: 'pulling images and a database that starts', by: 'pulling images'},
  {replace: 'but for DNS, the database, clientOf', by: 'but for DNS, clientOf'},
  {from: '  # An external database', to: '  # Any other source'},
  {from: '# A MongoDB outside this chart', to: '# Additions to the pod, and whole objects'},
  {replace: 'Shared with the mongodb chart, and with every chart', by: 'Shared with every chart'},
];

const schema: Edit[] = [
  {from: '        "databaseEgress": {\n', to: '        "extraIngress": {\n'},
  {from: '    "database": {\n', to: '    "extra": {\n'},
];

const deployment: Edit[] = [
  {
    from: '        # NetworkPolicies admit pods by these labels',
    to: '        {{- range .Values.clientOf }}',
    by: '        # NetworkPolicies admit pods by these labels, to the services that this one calls.\n',
  },
  {from: '            # Secrets come as files', to: '            - name: AUTH\n'},
  {replace: 'a database outage must not restart the service', by: 'the outage of a neighbour must not restart it'},
  {from: '            - name: database\n              mountPath', to: '            - name: tmp\n'},
  {from: '        - name: database\n          secret', to: '        - name: tmp\n'},
];

const networkPolicy: Edit[] = [
  {from: '    {{- if .Values.mongodb.enabled }}', to: '    {{- range .Values.clientOf }}'},
];

const notes: Edit[] = [
  {replace: '  curl -s localhost:3002/api/orders -H "authorization: Bearer $token"\n', by: ''},
  {replace: '  curl -s localhost:3002/api/orders\n', by: ''},
  {replace: 'orders refuses the second call', by: 'orders refuses this call'},
];

const readme: Edit[] = [
  {
    from: ', PodDisruptionBudget, and a\nMongoDB replica set',
    to: '. It needs an [image]',
    by: ' and\nPodDisruptionBudget',
  },
];

const helmTest: Edit[] = [
  {replace: '(target, method, body, headers = {})', by: '(target, method, body)'},
  {replace: 'headers: {...always, ...headers}', by: 'headers: always'},
  {
    replace: "'GET')).status, 401, 'nobody lists orders without a token'",
    by: "'POST', {})).status, 401, 'nobody is answered without a token'",
  },
  {replace: ", {'idempotency-key': name})", by: ')'},
  {
    from: 'assert.equal(placed.status, 201',
    to: 'const unknown =',
    by: `assert.equal(placed.status, 200, 'an order of a real user is answered');
assert.equal((await placed.json()).total, 59.97, 'its total is exact');

// In token mode, nobody may act for another user.
`,
  },
  {replace: 'took, replayed and cancelled an order', by: 'answered an order'},
];

/** The chart of the service. */
export const charts: Edits = {
  'charts/orders/Chart.yaml': chart,
  'charts/orders/README.md': readme,
  'charts/orders/values.yaml': values,
  'charts/orders/values-dev.yaml': [{from: 'mongodb:\n'}],
  'charts/orders/values.schema.json': schema,
  'charts/orders/templates/deployment.yaml': deployment,
  'charts/orders/templates/networkpolicy.yaml': networkPolicy,
  'charts/orders/templates/NOTES.txt': notes,
  'charts/orders/files/test.mjs': helmTest,
};
