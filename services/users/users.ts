import {mayActFor, type Principal, type Role} from '#platform/auth.ts';
import {AppError, changed, invalid} from '#platform/errors.ts';
import type {Versions} from '#platform/etag.ts';
import {newId} from '#platform/ids.ts';
import {pageOf, type Page, type Position} from '#platform/pages.ts';
import type {RateLimit} from '#platform/rate-limit.ts';
import {emailTaken, userNotFound, usernameTaken, wrongPassword, type NewUser, type UserChange} from './contract.ts';

export type User = {id: string; username: string; email: string; createdAt: string; version: number};
type UserChanges = {[K in 'username' | 'email' | 'passwordHash']?: string | undefined};
export type Taken = 'email_taken' | 'username_taken';
export type UserPage = {limit: number; after: Position | undefined};

/** The fields of a user that only a login or a change of its credentials needs. */
export type Account = {id: string; role: Role; passwordHash: string};

export type UserStore = {
  insert(user: User & Account): Promise<'inserted' | Taken>;
  /** Oldest first, starting after `after`. */
  list(page: UserPage): Promise<User[]>;
  find(id: string): Promise<User | undefined>;
  /** Those of the ids that users have. */
  findExisting(ids: string[]): Promise<string[]>;
  /** Sees every finished write, and the write that the caller just collided with. */
  findLatest(id: string): Promise<User | undefined>;
  /** Changes the user if its version is one of `versions` (undefined: any). Returns undefined if nothing matches. */
  update(id: string, changes: UserChanges, versions?: Versions): Promise<User | Taken | undefined>;
  /** Like `update`: `absent` if nothing matches. */
  remove(id: string, versions?: Versions): Promise<'removed' | 'absent'>;
  findAccount(email: string): Promise<Account | undefined>;
  findAccountById(id: string): Promise<Account | undefined>;
  /** Whether any account has the role admin. */
  hasAdmin(): Promise<boolean>;
  /** Replaces one hash by another of the same password. Does nothing if the user's hash is no longer `from`. */
  replaceHash(id: string, from: string, to: string): Promise<void>;
};

export type Passwords = {
  hash(password: string): Promise<string>;
  /** True if this is the password of the hash. Without a hash it is false and takes as long. */
  verify(password: string, hash?: string): Promise<boolean>;
  /** True if the hash has weaker parameters than today's. */
  isOutdated(hash: string): boolean;
};

/** Counts an event after it has happened. It must not throw. */
export type Observe = (
  event: 'registered' | 'changed' | 'change_refused' | 'removed' | 'logged_in' | 'login_refused',
) => void;

export type Deps = {
  store: UserStore;
  passwords: Passwords;
  /** Rate limit per e-mail, or per caller and changed user, whether it exists or not. @throws AppError `too_many_requests` */
  limitAccount: RateLimit;
  observe: Observe;
};

/** Registers a user. @throws AppError `email_taken` or `username_taken`, also if a concurrent request was faster. */
export async function register(deps: Deps, {password, ...input}: NewUser, now = new Date()): Promise<User> {
  deps.limitAccount(input.email);
  const user: User = {id: newId(), ...input, createdAt: now.toISOString(), version: 1};
  const passwordHash = await deps.passwords.hash(password);

  const outcome = await deps.store.insert({...user, passwordHash, role: 'user'});
  if (outcome !== 'inserted') throw taken(outcome);
  deps.observe('registered');
  return user;
}

/**
 * Creates the first admin, while no account has the role: an admin who changed its e-mail address is not replaced by a
 * second one with the initial password. An existing account is never promoted, because whoever registered it knows its
 * password.
 */
export async function makeAdmin(
  {store, passwords}: Pick<Deps, 'store' | 'passwords'>,
  {email, password}: {email: string; password: string},
  now = new Date(),
): Promise<'made' | 'there' | 'taken'> {
  if (await store.hasAdmin()) return 'there';
  if (await store.findAccount(email)) return 'taken';

  const id = newId();
  // A unique name; the admin can change it.
  const admin = {id, username: `admin-${id}`, email, createdAt: now.toISOString(), version: 1};
  const outcome = await store.insert({...admin, role: 'admin', passwordHash: await passwords.hash(password)});
  // Another starting pod may have been faster.
  return outcome === 'inserted' ? 'made' : 'there';
}

export async function listUsers({store}: Deps, {limit, after}: UserPage): Promise<Page<User>> {
  const found = await store.list({limit: limit + 1, after});
  return pageOf(found, limit, ({id, createdAt}) => ({id, createdAt: new Date(createdAt)}));
}

/** Those of the ids that users have. To the caller it looks as if the users that it may not read did not exist. */
export async function findExisting({store}: Deps, caller: Principal, ids: string[]): Promise<string[]> {
  const readable = ids.filter(id => mayActFor(caller, id));
  return readable.length > 0 ? store.findExisting(readable) : [];
}

/** @throws AppError `user_not_found` */
export async function findUser({store}: Deps, id: string): Promise<User> {
  const user = await store.find(id);
  if (!user) throw new AppError(userNotFound);
  return user;
}

/**
 * Changes a user. Users who change their own e-mail or password must prove that they know the current one, so that a
 * stolen token is not worth the account.
 * @throws AppError `user_not_found`, `email_taken`, `username_taken`, `changed` if its version is not in `versions`,
 * `invalid` without the password that it needs, `wrong_password`, `too_many_requests`
 */
export async function changeUser(
  deps: Deps,
  caller: Principal,
  id: string,
  {currentPassword, ...change}: UserChange,
  versions?: Versions,
): Promise<User> {
  // Like a registration, a change may cost a hash and reveals whether an e-mail has an account. Counted by caller, so
  // that nobody can use up what an admin has.
  deps.limitAccount(`${caller.id} ${id}`);
  if (needsProof(caller, id, change)) await prove(deps, id, currentPassword);
  const outcome = await deps.store.update(id, await toChanges(deps, change), versions);
  if (outcome === undefined) throw new AppError((await deps.store.findLatest(id)) ? changed : userNotFound);
  if (typeof outcome === 'string') throw taken(outcome);
  deps.observe('changed');
  return outcome;
}

/** An admin who changes another user does not know its password. With `AUTH=open`, callers have no user id. */
const needsProof = (caller: Principal, id: string, {email, password}: UserChange): boolean =>
  caller.id === id && (email !== undefined || password !== undefined);

/** Checks that this is the user's password, at the cost of a hash. */
async function prove({store, passwords, observe}: Deps, id: string, password: string | undefined): Promise<void> {
  if (password === undefined) {
    const message = 'is required to change the e-mail or the password';
    throw new AppError(invalid, {errors: [{path: 'currentPassword', message}]});
  }

  const account = await store.findAccountById(id);
  if (!account) throw new AppError(userNotFound);
  if (await passwords.verify(password, account.passwordHash)) return;
  observe('change_refused');
  throw new AppError(wrongPassword);
}

/** @throws AppError `user_not_found`, `changed` if its version is not in `versions` */
export async function removeUser({store, observe}: Deps, id: string, versions?: Versions): Promise<void> {
  if ((await store.remove(id, versions)) === 'absent') {
    throw new AppError(versions && (await store.findLatest(id)) ? changed : userNotFound);
  }
  observe('removed');
}

async function toChanges({passwords}: Deps, {password, ...rest}: UserChange): Promise<UserChanges> {
  return password === undefined ? rest : {...rest, passwordHash: await passwords.hash(password)};
}

const taken = (what: Taken): AppError => new AppError(what === 'email_taken' ? emailTaken : usernameTaken);
