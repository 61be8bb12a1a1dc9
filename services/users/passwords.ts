import {randomBytes, timingSafeEqual} from 'node:crypto';
import type {Derive} from './hashing.ts';
import type {Passwords} from './users.ts';

type Parameters = {memory: number; passes: number; parallelism: number};

/** OWASP's parameters for argon2id: 19 MiB, two passes, one lane; about 33 ms of one core. */
const PARAMETERS: Parameters = {memory: 19_456, passes: 2, parallelism: 1};

/** An argon2id hash with its parameters and salt (nonce), the content of a PHC string. */
type Phc = {parameters: Parameters; nonce: Buffer; hash: Buffer};

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/u;

/** Passwords by argon2id. Each hash has a random salt and is a PHC string, which contains its parameters. */
export function createPasswords(derive: Derive): Passwords {
  // No password has this hash. Without a user it is compared with, so that an unknown e-mail costs a hash.
  const nobodys = format({parameters: PARAMETERS, nonce: randomBytes(16), hash: randomBytes(32)});

  return {
    async hash(password) {
      const nonce = randomBytes(16);
      const hash = await derive(password, {nonce, tagLength: 32, ...PARAMETERS});
      return format({parameters: PARAMETERS, nonce, hash});
    },

    async verify(password, phc = nobodys) {
      const {parameters, nonce, hash} = parse(phc);
      return timingSafeEqual(await derive(password, {nonce, tagLength: hash.length, ...parameters}), hash);
    },

    isOutdated(phc) {
      const {memory, passes} = parse(phc).parameters;
      return memory < PARAMETERS.memory || passes < PARAMETERS.passes;
    },
  };
}

function parse(phc: string): Phc {
  const [, memory, passes, parallelism, nonce = '', hash = ''] = PHC.exec(phc) ?? [];
  if (!hash) throw new Error('a stored password hash is not an argon2id PHC string');
  return {
    parameters: {memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism)},
    nonce: Buffer.from(nonce, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

function format({parameters: {memory, passes, parallelism}, nonce, hash}: Phc): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(nonce)}$${base64(hash)}`;
}

// PHC strings have base64 without padding.
const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
