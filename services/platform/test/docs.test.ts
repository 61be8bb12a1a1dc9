import test from 'ava';
import {createHttpApp} from '../http.ts';
import {openApiDocument} from '../openapi.ts';
import {startApp, testParts} from './start-app.ts';

async function startDocs(t: Parameters<typeof startApp>[0]) {
  const parts = testParts();
  const document = openApiDocument({title: 'Nothing', description: 'For tests.'}, []);
  const app = createHttpApp(parts, document, [], undefined);
  return (await startApp(t, app, {}, parts)).extend({responseType: 'text'});
}

const files = ['docs', 'docs/page.css', 'docs/page.js', 'docs/swagger-ui.css', 'docs/swagger-ui-bundle.js'];

for (const file of files) {
  test(`/${file} is served compressed, or as it is to a client that cannot decompress`, async t => {
    const docs = await startDocs(t);

    const compressed = await docs.get<string>(file);
    const plain = await docs.get<string>(file, {decompress: false, headers: {'accept-encoding': 'identity'}});

    t.deepEqual([compressed.statusCode, plain.statusCode], [200, 200]);
    t.is(compressed.headers['content-type'], plain.headers['content-type']);
    t.is(plain.headers['content-encoding'], undefined);
    t.regex(String(plain.headers['vary']), /Accept-Encoding/u);
    t.true(plain.body.length > 100);
    t.is(compressed.body, plain.body);
  });
}

test('the page and what is ours of it name no other host', async t => {
  const docs = await startDocs(t);

  for (const file of ['docs', 'docs/page.css', 'docs/page.js']) {
    t.notRegex((await docs.get<string>(file)).body, /https?:\/\//u, file);
  }
});

test('no page may frame /docs, which has a field for a token, and only its own scripts run in it', async t => {
  const {headers} = await (await startDocs(t)).get('docs');
  const policy = String(headers['content-security-policy']);

  t.regex(policy, /default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'/u);
  t.regex(policy, /; script-src 'self';/u);
  t.notRegex(policy, /unsafe|\*/u);
});

test('what the page needs has half a megabyte as it is sent', async t => {
  const docs = await startDocs(t);
  const sizes = await Promise.all(
    files.map(async file =>
      Number(
        (await docs.get(file, {decompress: false, headers: {'accept-encoding': 'gzip'}})).headers['content-length'],
      ),
    ),
  );

  t.true(sizes.reduce((sum, size) => sum + size, 0) < 600_000, sizes.join(' '));
});
