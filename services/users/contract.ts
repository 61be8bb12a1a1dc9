import * as z from 'zod';
import type {ErrorKind} from '#platform/errors.ts';
import {Id} from '#platform/ids.ts';
import {pageQuery} from '#platform/pages.ts';
import {hasLength} from '#platform/validate.ts';

const Username = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_.-]{3,32}$/u, 'must be 3 to 32 letters, digits or any of _ . -')
  .meta({example: 'ann'});

export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .check(z.email('must be an e-mail address'))
  .meta({example: 'ann@example.com'});

/** Never trimmed. Normalised to NFC, so that the same password typed on another keyboard matches. */
export const Password = z
  .string()
  .normalize('NFC')
  .refine(hasLength(8, 128), 'must have 8 to 128 characters')
  .refine(password => password.isWellFormed(), 'must be well-formed Unicode')
  .meta({minLength: 8, maxLength: 128, writeOnly: true, example: 'correct horse battery'});

export const NewUser = z.strictObject({username: Username, email: Email, password: Password}).meta({id: 'NewUser'});
export type NewUser = z.output<typeof NewUser>;

/** Accepts any password, so that old ones stay usable if the rules for new ones become stricter. */
const ProvenPassword = z.string().normalize('NFC').max(1_024).meta({writeOnly: true, example: 'correct horse battery'});

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

export const Login = z.strictObject({email: Email, password: ProvenPassword}).meta({id: 'Login'});
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

export const UserPath = z.strictObject({id: Id});
export const UsersQuery = z.strictObject(pageQuery);
export const IfMatch = z.object({'if-match': z.string().optional()});

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
