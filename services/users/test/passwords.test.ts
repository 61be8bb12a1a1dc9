import {argon2Sync} from 'node:crypto';
import test from 'ava';
import {hashPassword} from '../passwords.ts';

test('a hash is a PHC string with its parameters, from which the password can be checked', async t => {
  const phc = await hashPassword('correct horse');

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

test('the same password has another hash each time', async t => {
  t.not(await hashPassword('correct horse'), await hashPassword('correct horse'));
});
