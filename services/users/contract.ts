import * as z from 'zod';
import type {ErrorKind} from '#platform/errors.ts';
import {Id} from '#platform/ids.ts';
import {pageQuery} from '#platform/pages.ts';
import {hasLength, normalized} from '#platform/validate.ts';

const Username = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_.-]{3,32}$/u, 'must be 3 to 32 letters, digits or any of _ . -')
  .meta({example: 'ann'});

const MailAddress = z.string().trim().toLowerCase().max(254, {abort: true}).meta({example: 'ann@example.com'});

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const TOP_LEVEL = '(?:[A-Za-z]{2,63}|[Xx][Nn]--[A-Za-z0-9-]{0,58}[A-Za-z0-9])';

/**
 * zod's own pattern knows neither the limits of RFC 5321 (64 octets before the @, 63 in a label) nor top-level domains in
 * other scripts (xn--p1ai).
 */
const EMAIL = new RegExp(
  `^(?=[^@]{1,64}@)(?!\\.)(?!.*\\.\\.)[A-Za-z0-9_'+\\-.]*[A-Za-z0-9_+-]@(?:${LABEL}\\.)+${TOP_LEVEL}$`,
  'u',
);

export const Email = MailAddress.check(z.email({pattern: EMAIL, error: 'must be an e-mail address'})).meta({
  example: 'ann@example.com',
});

/** In any form, 128 characters in NFC have at most so many UTF-16 units. */
const MAX_UNITS = 1_024;

/** Never trimmed. Normalised to NFC, so that the same password typed on another keyboard matches. */
export const Password = normalized(MAX_UNITS)
  .refine(hasLength(8, 128), 'must have 8 to 128 characters')
  .refine(password => password.isWellFormed(), 'must be well-formed Unicode')
  .meta({minLength: 8, maxLength: 128, writeOnly: true, example: 'correct horse battery'});

export const NewUser = z.strictObject({username: Username, email: Email, password: Password}).meta({id: 'NewUser'});
export type NewUser = z.output<typeof NewUser>;

/** Accepts any password, so that old ones stay usable if the rules for new ones become stricter. */
const ProvenPassword = normalized(MAX_UNITS).meta({writeOnly: true, example: 'correct horse battery'});

const changeable = Object.keys(NewUser.shape);

export const UserChange = NewUser.partial()
  .extend({
    currentPassword: ProvenPassword.optional().meta({
      description: 'With a token, required from users who change their own e-mail or password; otherwise ignored',
    }),
  })
  .refine(change => changeable.some(field => field in change), `must contain at least one of ${changeable.join(', ')}`)
  .meta({id: 'UserChange', anyOf: changeable.map(field => ({required: [field]}))});
export type UserChange = z.output<typeof UserChange>;

export const UserBody = z
  .object({id: Id, username: z.string(), email: z.string(), createdAt: z.iso.datetime()})
  .meta({id: 'User'});

/** Accepts any e-mail, as it does any password. */
export const Login = z.strictObject({email: MailAddress, password: ProvenPassword}).meta({id: 'Login'});
export type Login = z.output<typeof Login>;

export const Session = z
  .object({accessToken: z.string(), tokenType: z.literal('Bearer'), expiresIn: z.int().meta({description: 'Seconds'})})
  .meta({id: 'Session'});
export type Session = z.output<typeof Session>;

/** Public key parts only: a field that is not named here is not sent. */
export const KeySet = z
  .object({
    keys: z.array(
      z.object({
        kty: z.string(),
        crv: z.string(),
        x: z.string(),
        kid: z.string(),
        alg: z.string(),
        use: z.string(),
      }),
    ),
  })
  .meta({id: 'KeySet'});
export type KeySet = z.output<typeof KeySet>;

/** At most so many ids that the answer takes no longer than that of a page. */
export const UserLookup = z.strictObject({ids: z.array(Id).min(1).max(100)}).meta({id: 'UserLookup'});

export const FoundUsers = z
  .object({ids: z.array(Id).meta({description: 'Those of the ids that users have, and that the caller may read'})})
  .meta({id: 'FoundUsers'});

export const UserPath = z.strictObject({id: Id.meta({description: 'The id of the user'})});
export const UsersQuery = z.strictObject(pageQuery);

export const badCredentials = {
  code: 'bad_credentials',
  status: 401,
  title: 'Bad credentials',
  detail: 'The e-mail address or the password is wrong.',
} as const satisfies ErrorKind;

export const wrongPassword = {
  code: 'wrong_password',
  status: 403,
  title: 'Wrong password',
  detail: '`currentPassword` is not the password of this account. Nothing was changed.',
} as const satisfies ErrorKind;

export const userNotFound = {
  code: 'user_not_found',
  status: 404,
  title: 'User not found',
  detail: 'No user has this id.',
} as const satisfies ErrorKind;

export const emailTaken = {
  code: 'email_taken',
  status: 409,
  title: 'E-mail already taken',
  detail: 'Another user has this e-mail address.',
} as const satisfies ErrorKind;

export const usernameTaken = {
  code: 'username_taken',
  status: 409,
  title: 'Username already taken',
  detail: 'Another user has this username. Upper and lower case count as the same.',
} as const satisfies ErrorKind;
