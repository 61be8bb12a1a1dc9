import test from 'ava';
import type {Shown} from '../blocks.ts';
import {difference} from '../compare.ts';

type Row = [what: string, language: Shown['language'], shown: string, printed: string];

const created = 'HTTP/1.1 201 Created\r\nETag: "1"\r\nDate: Thu, 26 Nov 2026 22:37:01 GMT\r\n\r\n{"status":"pending"}';

const same: Row[] = [
  ['ids', 'text', 'order 0123456789abcdef01234567', 'order 65f1c0ffee65f1c0ffee65f1'],
  ['cut ids', 'text', 'order 65f1c0…', 'order 0123456789abcdef01234567'],
  ['uuids', 'text', '123e4567-e89b-12d3-a456-426614174000', '00000000-0000-4000-8000-000000000000'],
  ['times', 'text', '2026-01-02T03:04:05.678Z', '2027-11-12T13:14:15Z'],
  ['times of helm', 'text', 'at Thu Nov 26 22:37:01 2026', 'at Fri Jan  1 02:03:04 2027'],
  ['dates', 'text', 'since 2026-01-02', 'since 2027-11-12'],
  ['durations', 'text', 'in 1.5 s, 20ms, 2m13s', 'in 20 ms, 3s, 4d'],
  ['versions', 'text', 'node v24.12.0', 'node v24.21.0'],
  ['cut tokens', 'text', 'token eyJhbGciOi…', 'token eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ1c2VycyJ9.c2ln_bm-F0'],
  ['weak ETags', 'text', 'ETag: W/"a"', 'ETag: W/"b"'],
  ['pods', 'text', 'users-7c9d8b6f5-x2x4z   1/1', 'users-5d4f7b8c99-abcde 1/1'],
  [
    'widths of columns and the spaces at the ends of lines',
    'text',
    'NAME  READY\nusers 1/1\n',
    'NAME READY  \nusers   1/1',
  ],
  ['what the page leaves out', 'text', 'first\n…\nlast', 'first\n1\n2\nlast'],
  ['the order of keys', 'json', '{"a": 1, "b": [1, 2]}', '{"b":[1,2],"a":1}'],
  ['ids in JSON', 'json', '[{"id": "0123456789abcdef01234567"}]', '[{"id":"65f1c0ffee65f1c0ffee65f1"}]'],
  ['members that the page leaves out', 'json', '{"a": {"b": 1, …}, …}', '{"c":null,"a":{"b":1,"d":2}}'],
  ['values that the page leaves out', 'json', '{"a": …, "b": "…"}', '{"a":[1],"b":2}'],
  ['items that the page leaves out', 'json', '[1, …]', '[1,2,3]'],
  ['headers and a body that the page leaves out', 'http', 'HTTP/1.1 201 Created\netag: "1"', created],
  ['every answer', 'http', `HTTP/1.1 201 Created\n\n{"status": …}\nHTTP/1.1 201 Created`, created + created],
];

for (const [what, language, shown, printed] of same) {
  test(`output in ${language} may differ from the page in ${what}`, t => {
    t.is(difference({language, text: shown}, printed), undefined);
  });
}

const different: Row[] = [
  ['a word', 'text', 'status: paid', 'status: pending'],
  ['a price', 'text', 'total 59.97', 'total 59.98'],
  ['a line more', 'text', 'one', 'one\ntwo'],
  ['what follows the part that is left out', 'text', 'first …\nlast', 'first 1\nlost'],
  ['what a pattern would take', 'text', 'a.c', 'abc'],
  ['a value', 'json', '{"total": 59.97}', '{"total":59.98}'],
  ['a type', 'json', '{"total": "1"}', '{"total":1}'],
  ['a member more', 'json', '{"a": 1}', '{"a":1,"b":2}'],
  ['a member less', 'json', '{"a": 1, "b": 2, …}', '{"a":1}'],
  ['an item', 'json', '[1, 3, …]', '[1,2,3]'],
  ['a list in place of an object', 'json', '{…}', '[]'],
  ['text that is no JSON', 'json', '…', 'curl: (7) Failed to connect'],
  ['JSON that the page shows wrongly', 'json', '{"a": 1', '{"a": 1'],
  ['a status', 'http', 'HTTP/1.1 200 OK', created],
  ['a header', 'http', 'HTTP/1.1 201 Created\nETag: "2"', created],
  ['a body', 'http', 'HTTP/1.1 201 Created\n\n{"status": "paid"}', created],
  ['an answer less', 'http', 'HTTP/1.1 201 Created\nHTTP/1.1 201 Created', created],
];

for (const [what, language, shown, printed] of different) {
  test(`output in ${language} that differs from the page in ${what} is told with both`, t => {
    t.is(
      difference({language, text: shown}, printed)?.replaceAll('\r', ''),
      `it shows\n${shown}\nbut prints\n${printed}`.replaceAll('\r', ''),
    );
  });
}
