/** An error as clients see it: a stable code for programs, its HTTP status, and a title and a detail for people. */
export type ErrorKind = {
  code: string;
  status: number;
  title: string;
  detail: string;
  /** Seconds to wait before a retry; sent as `Retry-After`. */
  retryAfter?: number;
  /** With status 401: what was wrong with the token that came, in the words of RFC 6750. */
  challenge?: 'invalid_token';
};

export type FieldError = {path: string; message: string};

export const invalid = {
  code: 'invalid',
  status: 400,
  title: 'Invalid request',
  detail: 'The request does not match the schema. `errors` lists each invalid field.',
} as const satisfies ErrorKind;

export const malformed = {
  code: 'malformed',
  status: 400,
  title: 'Malformed request',
  detail: 'The request cannot be read: it is not valid HTTP/1.1, or its body is not a JSON object.',
} as const satisfies ErrorKind;

export const unauthorized = {
  code: 'unauthorized',
  status: 401,
  title: 'Unauthorized',
  detail: 'This call needs an `Authorization: Bearer` header with a valid token that has not expired.',
} as const satisfies ErrorKind;

/** `unauthorized`, if the caller did send a token. */
export const invalidToken = {...unauthorized, challenge: 'invalid_token'} as const satisfies ErrorKind;

export const forbidden = {
  code: 'forbidden',
  status: 403,
  title: 'Forbidden',
  detail: 'The token is valid but does not permit this call.',
} as const satisfies ErrorKind;

export const notFound = {
  code: 'not_found',
  status: 404,
  title: 'Not found',
  detail: 'The API has no such path. `/docs` lists all paths.',
} as const satisfies ErrorKind;

export const methodNotAllowed = {
  code: 'method_not_allowed',
  status: 405,
  title: 'Method not allowed',
  detail: 'This path does not support this method. `Allow` lists the methods that it supports.',
} as const satisfies ErrorKind;

export const notAcceptable = {
  code: 'not_acceptable',
  status: 406,
  title: 'Not acceptable',
  detail: 'This path answers with application/json only. `Accept` must allow it.',
} as const satisfies ErrorKind;

export const requestTimeout = {
  code: 'request_timeout',
  status: 408,
  title: 'Request timeout',
  detail: 'The request did not arrive completely in time. Send it again.',
} as const satisfies ErrorKind;

export const changed = {
  code: 'changed',
  status: 412,
  title: 'Changed meanwhile',
  detail: 'The current version is not one that `If-Match` or `If-None-Match` allows. Read it again, then decide again.',
} as const satisfies ErrorKind;

export const tooLarge = {
  code: 'too_large',
  status: 413,
  title: 'Body too large',
  detail: 'A request body may have at most 96 kB.',
} as const satisfies ErrorKind;

export const unsupportedType = {
  code: 'unsupported_type',
  status: 415,
  title: 'Unsupported media type',
  detail: 'A request body must be application/json in UTF-8.',
} as const satisfies ErrorKind;

export const keyReused = {
  code: 'key_reused',
  status: 422,
  title: 'Idempotency key reused',
  detail: 'This `Idempotency-Key` was already used with a different body. Use a new key for a new request.',
} as const satisfies ErrorKind;

export const tooManyRequests = {
  code: 'too_many_requests',
  status: 429,
  title: 'Too many requests',
  detail: 'The rate limit is reached. Try again after the number of seconds in `Retry-After`.',
} as const satisfies ErrorKind;

export const headersTooLarge = {
  code: 'headers_too_large',
  status: 431,
  title: 'Headers too large',
  detail: 'At most 2 kB of path and query, 8 kB of headers, and 100 headers are allowed.',
} as const satisfies ErrorKind;

export const internal = {
  code: 'internal',
  status: 500,
  title: 'Internal error',
  detail: 'An unexpected error occurred. Search the logs for this `traceId`.',
} as const satisfies ErrorKind;

export const unavailable = {
  code: 'unavailable',
  status: 503,
  title: 'Temporarily unavailable',
  detail:
    'The database did not answer in time. A retry repeats nothing; send the same Idempotency-Key, if you sent one.',
  retryAfter: 1,
} as const satisfies ErrorKind;

/** Without `Retry-After`, which would promise that nothing was stored. */
export const outcomeUnknown = {
  code: 'outcome_unknown',
  status: 504,
  title: 'Outcome unknown',
  detail:
    'The database did not say in time whether this was stored. Look before you send it again, or send an Idempotency-Key.',
} as const satisfies ErrorKind;

export const overloaded = {
  code: 'overloaded',
  status: 503,
  title: 'Overloaded',
  detail: 'The service is overloaded and refused this request. Nothing was done; try again.',
  retryAfter: 1,
} as const satisfies ErrorKind;

export const unsupportedVersion = {
  code: 'unsupported_version',
  status: 505,
  title: 'HTTP version not supported',
  detail: 'Send the request as HTTP/1.1.',
} as const satisfies ErrorKind;

/** An error to answer the caller with: `kind` gives status and body, `cause` is only logged. */
export class AppError extends Error {
  override name = 'AppError';
  readonly kind: ErrorKind;
  readonly errors: FieldError[] | undefined;

  constructor(kind: ErrorKind, options: {cause?: unknown; errors?: FieldError[]} = {}) {
    super(kind.title, 'cause' in options ? {cause: options.cause} : {});
    this.kind = kind;
    this.errors = options.errors;
  }
}
