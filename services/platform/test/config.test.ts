import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import * as z from 'zod';
import {ConfigError, maskSecrets, readConfig, secret} from '../config.ts';

const settings = z.object({
  PORT: z.coerce.number().int().default(3000),
  WAIT_MS: z.coerce.number().int().positive().default(10),
  PASSWORD: secret(z.string().min(3)),
});

test('a setting that is unset or empty has its default', t => {
  const config = readConfig(settings, {PORT: '', PASSWORD: 'hunter2'});

  t.deepEqual(config, {PORT: 3000, WAIT_MS: 10, PASSWORD: 'hunter2'});
});

test('every problem is reported at once', t => {
  const error = t.throws(() => readConfig(settings, {PORT: 'http', WAIT_MS: '0'}), {instanceOf: ConfigError});

  t.regex(error.message, /PORT: .*\n.*WAIT_MS: .*\n.*PASSWORD: /u);
});

for (const [what, content, password] of [
  ['without a line end', 'from a file', 'from a file'],
  ['with a line end', 'from a file\n', 'from a file'],
  ['with a line end of Windows', 'from a file\r\n', 'from a file'],
  ['with spaces before its line end', ' from a file \t\n', ' from a file \t'],
  ['with two line ends', 'from a file\n\n', 'from a file\n'],
  ['with white space that is no line end', 'from a file\u00a0\u2028', 'from a file\u00a0\u2028'],
] as const) {
  test(`a secret from a file ${what} is read as it stands, but for one line end`, async t => {
    const folder = await mkdtemp(join(tmpdir(), 'config-'));
    t.teardown(() => rm(folder, {recursive: true}));
    const file = join(folder, 'password');
    await writeFile(file, content);

    const config = readConfig(settings, {PASSWORD_FILE: file});

    t.is(config.PASSWORD, password);
  });
}

test('a secret file that cannot be read is a problem', t => {
  t.throws(() => readConfig(settings, {PASSWORD_FILE: '/nowhere'}), {message: /PASSWORD_FILE: ENOENT/u});
});

test('a secret that is given twice is a problem', t => {
  t.throws(() => readConfig(settings, {PASSWORD: 'one', PASSWORD_FILE: '/nowhere'}), {message: /given twice/u});
});

test('a setting that is not secret is not read from a file', t => {
  const config = readConfig(settings, {PORT_FILE: '/etc/hostname', PASSWORD: 'hunter2'});

  t.is(config.PORT, 3000);
});

test('the error for an invalid secret does not contain it', t => {
  const error = t.throws(() => readConfig(settings, {PASSWORD: 'ab'}));

  t.notRegex(error?.message ?? '', /ab\b/u);
});

test('the settings for the log have *** for a secret', t => {
  t.deepEqual(maskSecrets(settings, {PORT: 1, WAIT_MS: 2, PASSWORD: 'hunter2'}), {
    PORT: 1,
    WAIT_MS: 2,
    PASSWORD: '***',
  });
});
