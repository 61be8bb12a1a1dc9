import {argon2, randomBytes} from 'node:crypto';
import {promisify} from 'node:util';

const derive = promisify(argon2);

/** OWASP's parameters for argon2id: 19 MiB, two passes, one lane; about 33 ms of one core. */
const PARAMETERS = {memory: 19_456, passes: 2, parallelism: 1};

/** The password's argon2id hash with a salt of its own, as a PHC string that carries its parameters. */
export async function hashPassword(password: string): Promise<string> {
  const {memory, passes, parallelism} = PARAMETERS;
  const nonce = randomBytes(16);
  const hash = await derive('argon2id', {message: password, nonce, tagLength: 32, ...PARAMETERS});
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(nonce)}$${base64(hash)}`;
}

// PHC strings have base64 without padding.
const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
