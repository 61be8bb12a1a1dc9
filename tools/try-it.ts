const JSON_TYPE = "-H 'content-type: application/json'";
const ANN = `{"username":"'$name'","email":"'$name'@example.com","password":"correct horse"}`;
const PRODUCTS = '"products":[{"productId":"book","quantity":3,"price":19.99}]';

/** Takes one property of a JSON answer, with node, because jq may be missing. */
const pick = (property: string): string => `node -pe 'JSON.parse(fs.readFileSync(0)).${property}'`;

/** Shell commands that register a user, order something, and list its orders; users and orders are as localhost:3001. */
export const callsInOpenMode = (users: string, orders: string): string[] => [
  'name=ann-$(date +%s)',
  `id=$(curl -s ${users}/api/users ${JSON_TYPE} -d '${ANN}' | ${pick('id')})`,
  `curl -s ${orders}/api/orders ${JSON_TYPE} -d '{"userId":"'$id'",${PRODUCTS}}'`,
  `curl -s "${orders}/api/orders?userId=$id"`,
];

/** The same with a token, which names the buyer. */
export const callsInTokenMode = (users: string, orders: string): string[] => [
  'name=ann-$(date +%s)',
  `curl -s ${users}/api/users ${JSON_TYPE} -d '${ANN}'`,
  `token=$(curl -s ${users}/api/sessions ${JSON_TYPE} -d '{"email":"'$name'@example.com","password":"correct horse"}' | ${pick('accessToken')})`,
  `curl -s ${orders}/api/orders ${JSON_TYPE} -H "authorization: Bearer $token" -d '{${PRODUCTS}}'`,
  `curl -s ${orders}/api/orders -H "authorization: Bearer $token"`,
];
