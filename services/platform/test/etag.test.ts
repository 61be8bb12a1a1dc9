import test from 'ava';
import {etagOf, includesVersion, judgeRead, versionsIn} from '../etag.ts';

test('the ETag is the quoted version', t => {
  t.is(etagOf({version: 7}), '"7"');
});

const lists = [
  ['"3"', [3]],
  ['"3", "4"', [3, 4]],
  ['3', []],
  ['"x"', []],
  ['', []],
  ['"1e3"', []],
  ['"0003"', []],
  ['"0"', []],
  ['"+3"', []],
  ['"3,4"', []],
] as const;

for (const [header, versions] of [[undefined, undefined], ['*', undefined], ['W/"3"', []], ...lists] as const) {
  test(`If-Match ${header} allows ${versions ? `the versions [${versions.join()}]` : 'any version'}`, t => {
    t.deepEqual(versionsIn(header === undefined ? {} : {'if-match': header}), versions && [...versions]);
  });
}

for (const [header, versions] of [['W/"3"', [3]], ['w/"3"', []], ...lists] as const) {
  test(`If-None-Match ${header} allows all versions but [${versions.join()}]`, t => {
    t.deepEqual(versionsIn({'if-none-match': header}), {not: [...versions]});
  });
}

for (const [match, noneMatch, versions] of [
  ['"1", "2"', '"2"', [1]],
  ['"1"', '"1"', []],
  ['"1"', '*', []],
  ['*', '"1"', {not: [1]}],
  [undefined, '*', []],
] as const) {
  test(`If-Match ${match} with If-None-Match ${noneMatch} allows ${JSON.stringify(versions)}`, t => {
    const headers = {...(match && {'if-match': match}), 'if-none-match': noneMatch};

    t.is(JSON.stringify(versionsIn(headers)), JSON.stringify(versions));
  });
}

test('a version is among those listed, or not among those excluded, or among any', t => {
  t.deepEqual([includesVersion([1, 2], 2), includesVersion([1, 2], 3), includesVersion([], 1)], [true, false, false]);
  t.deepEqual([includesVersion({not: [1]}, 1), includesVersion({not: [1]}, 2)], [false, true]);
  t.true(includesVersion(undefined, 1));
});

for (const [headers, verdict] of [
  [{}, undefined],
  [{'if-match': '"1"'}, undefined],
  [{'if-match': '*'}, undefined],
  [{'if-match': '"2"'}, 'changed'],
  [{'if-match': 'W/"1"'}, 'changed'],
  [{'if-none-match': '"1"'}, 'not_modified'],
  [{'if-none-match': 'W/"1"'}, 'not_modified'],
  [{'if-none-match': '"2", "1"'}, 'not_modified'],
  [{'if-none-match': '*'}, 'not_modified'],
  [{'if-none-match': '"2"'}, undefined],
  [{'if-none-match': '"01"'}, undefined],
  [{'if-match': '"1"', 'if-none-match': '"1"'}, 'not_modified'],
  [{'if-match': '"2"', 'if-none-match': '"1"'}, 'changed'],
] as const) {
  test(`a read of version 1 with ${JSON.stringify(headers)} is answered with ${verdict ?? 'the document'}`, t => {
    t.is(judgeRead(headers, 1), verdict);
  });
}
