import {randomBytes} from 'node:crypto';
import {newId} from '#platform/ids.ts';
import {bearer, createSigner, tokenFor, type Signer} from './signer.ts';

/** The values of the setting AUTH. */
export const modes = ['open', 'token'] as const;
export type Mode = (typeof modes)[number];

type Headers = {authorization?: string};

/** How the callers of a system authenticate: with AUTH=open not at all, with AUTH=token by tokens that are made here. */
export type Auth = {
  mode: Mode;
  /** The settings of each service in this mode. In both, users issues tokens, and no rate limit refuses a caller. */
  settings: {users: Record<string, string>; orders: Record<string, string>};
  /** Signs the tokens, in both modes. */
  signer: Signer;
  admin: Headers;
  /** The headers of the user with this id; a user has the same token in every call. */
  user(id: string): Promise<Headers>;
  /** What must never show in an answer, a log line or a metric, by what it is. */
  secrets(): Record<string, string>;
};

/** Longer than any run. */
const A_DAY_S = 86_400;

const UNLIMITED = {REQUESTS_PER_USER: '0'};

export async function createAuth(mode: Mode): Promise<Auth> {
  const [signer, password] = [await createSigner(), randomBytes(16).toString('hex')];
  const tokens = new Map<string, string>();
  const token = (id: string, role: 'user' | 'admin') => tokenFor(signer, id, role, A_DAY_S);
  const admin = mode === 'open' ? undefined : await token(newId(), 'admin');

  return {
    mode,
    settings: {
      users: {
        ...UNLIMITED,
        AUTH: mode,
        AUTH_KEYS: signer.pem,
        ADMIN_EMAIL: 'root@example.com',
        ADMIN_PASSWORD: password,
        ATTEMPTS_PER_ADDRESS: '0',
        ATTEMPTS_PER_ACCOUNT: '0',
      },
      orders: {...UNLIMITED, AUTH: mode},
    },
    signer,
    admin: admin === undefined ? {} : bearer(admin),
    async user(id) {
      if (mode === 'open') return {};
      const known = tokens.get(id) ?? (await token(id, 'user'));
      tokens.set(id, known);
      return bearer(known);
    },
    secrets: () => ({
      'the signing key': signer.pem.split('\n')[1] ?? '',
      "the admin's password": password,
      'a password hash': '$argon2id$',
      ...(admin !== undefined && {"an admin's token": signatureOf(admin)}),
      ...Object.fromEntries([...tokens].map(([id, token]) => [`the token of ${id}`, signatureOf(token)])),
    }),
  };
}

/** What makes a token worth something. */
export const signatureOf = (token: string): string => token.slice(token.lastIndexOf('.') + 1);
