import type {Role} from '#platform/auth.ts';
import {AppError} from '#platform/errors.ts';
import {badCredentials, type KeySet, type Login, type Session} from './contract.ts';
import type {Deps} from './users.ts';

export type Tokens = {
  issue(user: {id: string; role: Role}): Promise<Session>;
  /** The public keys that verify them. */
  published: KeySet;
};

export type SessionDeps = Deps & {tokens: Tokens};

/**
 * A token for whom the e-mail and the password name. A wrong password and an unknown e-mail cost the same and are
 * answered the same, or everybody could ask who has an account here.
 * @throws AppError `bad_credentials`, `too_many_requests`
 */
export async function logIn(deps: SessionDeps, {email, password}: Login): Promise<Session> {
  // Who keeps guessing keeps the owner from logging in, but not from calling with a token that it has.
  deps.limitAccount(email);
  const account = await deps.store.findAccount(email);
  const isRight = await deps.passwords.verify(password, account?.passwordHash);
  if (!account || !isRight) {
    deps.observe('login_refused');
    throw new AppError(badCredentials);
  }

  await renewHash(deps, account, password);
  deps.observe('logged_in');
  return deps.tokens.issue(account);
}

/** Only now is the password known, so only now can a hash become as costly as those of today. */
async function renewHash(
  {store, passwords}: Deps,
  {id, passwordHash}: {id: string; passwordHash: string},
  password: string,
): Promise<void> {
  if (passwords.isOutdated(passwordHash)) await store.replaceHash(id, passwordHash, await passwords.hash(password));
}
