import {argon2Sync} from 'node:crypto';
import test from 'ava';
import {Registry} from 'prom-client';
import {createDerive} from '../hashing.ts';
import {createPasswords} from '../passwords.ts';

const passwords = createPasswords(createDerive(new Registry()));

// A hash as another program writes it, with weaker parameters than ours.
const cheap = {memory: 1_024, passes: 1, parallelism: 2, tagLength: 16, nonce: Buffer.from('0123456789abcdef')};
const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
const cheapHash = `$argon2id$v=19$m=1024,t=1,p=2$${base64(cheap.nonce)}$${base64(
  argon2Sync('argon2id', {message: 'correct horse', ...cheap}),
)}`;

test('a hash is a PHC string with its parameters, enough to check the password', async t => {
  const phc = await passwords.hash('correct horse');

  const [, nonce = '', hash = ''] = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$([^$=]{22})\$([^$=]{43})$/u.exec(phc) ?? [];
  const again = argon2Sync('argon2id', {
    message: 'correct horse',
    nonce: Buffer.from(nonce, 'base64'),
    memory: 19_456,
    passes: 2,
    parallelism: 1,
    tagLength: 32,
  });
  t.is(again.toString('base64').replace('=', ''), hash);
});

test('the same password gets a different hash each time', async t => {
  t.not(await passwords.hash('correct horse'), await passwords.hash('correct horse'));
});

test('only the password that was hashed is right', async t => {
  const hash = await passwords.hash('correct horse');

  t.true(await passwords.verify('correct horse', hash));
  t.false(await passwords.verify('correct house', hash));
  t.false(await passwords.verify('', hash));
});

test('without a hash no password is right', async t => {
  t.false(await passwords.verify('correct horse'));
  t.false(await passwords.verify(''));
});

test('a hash with weaker parameters is checked with those, and is outdated', async t => {
  t.true(await passwords.verify('correct horse', cheapHash));
  t.false(await passwords.verify('correct house', cheapHash));
  t.true(passwords.isOutdated(cheapHash));
  t.false(passwords.isOutdated(await passwords.hash('correct horse')));
});

for (const phc of ['', 'correct horse', '$2b$10$abcdefghijklmnopqrstuu', cheapHash.replace('argon2id', 'argon2i')]) {
  test(`the stored hash ${JSON.stringify(phc)} is an error, not a wrong password`, async t => {
    await t.throwsAsync(passwords.verify('correct horse', phc), {message: /not an argon2id PHC string/u});
  });
}
