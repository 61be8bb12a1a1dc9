import type {Role} from '#platform/auth.ts';
import {AppError} from '#platform/errors.ts';
import {badCredentials, type KeySet, type Login, type Session} from './contract.ts';
import type {Deps} from './users.ts';

export type Issuer = {
  issue(user: {id: string; role: Role}): Promise<Session>;
  /** The public keys that verify the tokens. */
  published: KeySet;
};

export type SessionDeps = Deps & {issuer: Issuer};

/**
 * Issues a token for the user with this e-mail and password. A wrong password and an unknown e-mail cost the same and
 * get the same answer, so that nobody can probe which e-mails have an account.
 * @throws AppError `bad_credentials`, `too_many_requests`
 */
export async function logIn(deps: SessionDeps, {email, password}: Login): Promise<Session> {
  // A caller who keeps guessing also blocks the owner's logins, but not tokens that the owner already has.
  deps.limitAccount(email);
  const account = await deps.store.findAccount(email);
  const isRight = await deps.passwords.verify(password, account?.passwordHash);
  if (!account || !isRight) {
    deps.observe('login_refused');
    throw new AppError(badCredentials);
  }

  await renewHash(deps, account, password);
  deps.observe('logged_in');
  return deps.issuer.issue(account);
}

/** Rehashes the password if its hash has weaker parameters than today's. Only a login knows the password. */
async function renewHash(
  {store, passwords}: Deps,
  {id, passwordHash}: {id: string; passwordHash: string},
  password: string,
): Promise<void> {
  if (passwords.isOutdated(passwordHash)) await store.replaceHash(id, passwordHash, await passwords.hash(password));
}
