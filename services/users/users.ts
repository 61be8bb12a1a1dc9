import type {Role} from '#platform/auth.ts';
import {AppError, changed} from '#platform/errors.ts';
import {newId} from '#platform/ids.ts';
import {pageOf, type Page, type Position} from '#platform/pages.ts';
import type {RateLimit} from '#platform/rate-limit.ts';
import {emailTaken, userNotFound, usernameTaken, type NewUser, type UserChange} from './contract.ts';

export type User = {id: string; username: string; email: string; createdAt: string; version: number};
type UserChanges = {[K in 'username' | 'email' | 'passwordHash']?: string | undefined};
export type Taken = 'email_taken' | 'username_taken';
export type UserPage = {limit: number; after: Position | undefined};

/** What only a login needs to know of a user. */
export type Account = {id: string; role: Role; passwordHash: string};

export type UserStore = {
  insert(user: User & Account): Promise<'inserted' | Taken>;
  /** Oldest first, behind `after`. */
  list(page: UserPage): Promise<User[]>;
  find(id: string): Promise<User | undefined>;
  /** Never older than a write that has ended, or that has just been collided with. */
  findLatest(id: string): Promise<User | undefined>;
  /** Changes the user if its version is one of these (undefined: any); undefined when none matches. */
  update(id: string, changes: UserChanges, versions?: number[]): Promise<User | Taken | undefined>;
  remove(id: string): Promise<'removed' | 'absent'>;
  findAccount(email: string): Promise<Account | undefined>;
  /** Exchanges a hash of the same password; nothing happens if the user has another one by now. */
  replaceHash(id: string, from: string, to: string): Promise<void>;
};

export type Passwords = {
  hash(password: string): Promise<string>;
  /** Whether this is the password of that hash, or of nobody's: always at the price of one hash. */
  verify(password: string, hash?: string): Promise<boolean>;
  /** Whether the hash was made with less effort than one of today. */
  isOutdated(hash: string): boolean;
};

/** Told after the fact; for counting, so it must not fail. */
export type Observe = (event: 'registered' | 'changed' | 'removed' | 'logged_in' | 'login_refused') => void;

export type Deps = {
  store: UserStore;
  passwords: Passwords;
  /** Counts what is tried with one e-mail or id, whether anybody has it or not. @throws AppError `too_many_requests` */
  limitAccount: RateLimit;
  observe: Observe;
};

/** @throws AppError `email_taken` or `username_taken`, also when another request won the race for it. */
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
 * Makes the first admin, unless its e-mail has an account. One that a request has made is never raised to an admin's:
 * whoever made it knows its password.
 */
export async function makeAdmin(
  {store, passwords}: Pick<Deps, 'store' | 'passwords'>,
  {email, password}: {email: string; password: string},
  now = new Date(),
): Promise<'made' | 'there' | 'taken'> {
  const account = await store.findAccount(email);
  if (account) return account.role === 'admin' ? 'there' : 'taken';

  const id = newId();
  // A name that nobody has; it can be changed.
  const admin = {id, username: `admin-${id}`, email, createdAt: now.toISOString(), version: 1};
  const outcome = await store.insert({...admin, role: 'admin', passwordHash: await passwords.hash(password)});
  // Another pod that starts may be first.
  return outcome === 'inserted' ? 'made' : 'there';
}

export async function listUsers({store}: Deps, {limit, after}: UserPage): Promise<Page<User>> {
  const found = await store.list({limit: limit + 1, after});
  return pageOf(found, limit, ({id, createdAt}) => ({id, createdAt: new Date(createdAt)}));
}

/** @throws AppError `user_not_found` */
export async function findUser({store}: Deps, id: string): Promise<User> {
  const user = await store.find(id);
  if (!user) throw new AppError(userNotFound);
  return user;
}

/** @throws AppError `user_not_found`, `changed` when its version is not one of `versions`, or what is taken. */
export async function changeUser(deps: Deps, id: string, change: UserChange, versions?: number[]): Promise<User> {
  // A change costs a hash, and tells who has an e-mail, as a registration does.
  deps.limitAccount(id);
  const outcome = await deps.store.update(id, await toChanges(deps, change), versions);
  if (outcome === undefined) throw new AppError((await deps.store.findLatest(id)) ? changed : userNotFound);
  if (typeof outcome === 'string') throw taken(outcome);
  deps.observe('changed');
  return outcome;
}

/** @throws AppError `user_not_found` */
export async function removeUser({store, observe}: Deps, id: string): Promise<void> {
  if ((await store.remove(id)) === 'absent') throw new AppError(userNotFound);
  observe('removed');
}

async function toChanges({passwords}: Deps, {password, ...rest}: UserChange): Promise<UserChanges> {
  return password === undefined ? rest : {...rest, passwordHash: await passwords.hash(password)};
}

const taken = (what: Taken): AppError => new AppError(what === 'email_taken' ? emailTaken : usernameTaken);
