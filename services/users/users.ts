import {AppError, changed} from '#platform/errors.ts';
import {newId} from '#platform/ids.ts';
import type {Freshness} from '#platform/mongo.ts';
import {pageOf, type Page, type Position} from '#platform/pages.ts';
import {emailTaken, userNotFound, usernameTaken, type NewUser, type UserChange} from './contract.ts';

export type User = {id: string; username: string; email: string; createdAt: string; version: number};
type UserChanges = {[K in 'username' | 'email' | 'passwordHash']?: string | undefined};
export type Taken = 'email_taken' | 'username_taken';
export type UserPage = {limit: number; after: Position | undefined};

export type UserStore = {
  insert(user: User & {passwordHash: string}): Promise<'inserted' | Taken>;
  /** Oldest first, behind `after`. */
  list(page: UserPage): Promise<User[]>;
  find(id: string, freshness?: Freshness): Promise<User | undefined>;
  /** Changes the user if its version is one of these (undefined: any); undefined when none matches. */
  update(id: string, changes: UserChanges, versions?: number[]): Promise<User | Taken | undefined>;
  remove(id: string): Promise<'removed' | 'absent'>;
};

/** Told after the fact; for counting, so it must not fail. */
export type Announce = (event: 'registered' | 'changed' | 'removed') => void;

export type Deps = {
  store: UserStore;
  hashPassword: (password: string) => Promise<string>;
  announce: Announce;
};

/** @throws AppError `email_taken` or `username_taken`, also when another request won the race for it. */
export async function register(deps: Deps, {password, ...input}: NewUser, now = new Date()): Promise<User> {
  const user: User = {id: newId(), ...input, createdAt: now.toISOString(), version: 1};
  const passwordHash = await deps.hashPassword(password);

  const outcome = await deps.store.insert({...user, passwordHash});
  if (outcome !== 'inserted') throw taken(outcome);
  deps.announce('registered');
  return user;
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
  const outcome = await deps.store.update(id, await toChanges(deps, change), versions);
  if (typeof outcome === 'object') return announced(deps, outcome);
  if (outcome) throw taken(outcome);
  throw new AppError((await deps.store.find(id, 'latest')) ? changed : userNotFound);
}

/** @throws AppError `user_not_found` */
export async function removeUser({store, announce}: Deps, id: string): Promise<void> {
  if ((await store.remove(id)) === 'absent') throw new AppError(userNotFound);
  announce('removed');
}

async function toChanges({hashPassword}: Deps, {password, ...rest}: UserChange): Promise<UserChanges> {
  return password === undefined ? rest : {...rest, passwordHash: await hashPassword(password)};
}

function announced({announce}: Deps, user: User): User {
  announce('changed');
  return user;
}

const taken = (what: Taken): AppError => new AppError(what === 'email_taken' ? emailTaken : usernameTaken);
