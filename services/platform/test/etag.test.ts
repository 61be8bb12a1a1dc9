import test from 'ava';
import {etagOf, versionsIn} from '../etag.ts';

test('the ETag is the quoted version', t => {
  t.is(etagOf({version: 7}), '"7"');
});

for (const [header, versions] of [
  [undefined, undefined],
  ['*', undefined],
  ['"3"', [3]],
  ['"3", "4"', [3, 4]],
  ['W/"3"', []],
  ['3', []],
  ['"x"', []],
  ['', []],
  ['"1e3"', []],
] as const) {
  test(`If-Match ${header} allows ${versions ? `the versions [${versions.join()}]` : 'any version'}`, t => {
    t.deepEqual(versionsIn(header), versions === undefined ? undefined : [...versions]);
  });
}
