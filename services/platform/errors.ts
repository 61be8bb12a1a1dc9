/** What can go wrong, as the outside sees it: a stable code, its HTTP status, and words for people. */
export type ErrorKind = {
  code: string;
  status: number;
  title: string;
  detail: string;
  /** Seconds after which another try makes sense; sent as `Retry-After`. */
  retryAfter?: number;
};

export type FieldError = {path: string; message: string};

export const invalid = {
  code: 'invalid',
  status: 400,
  title: 'Invalid request',
  detail: 'The request does not fit the schema; `errors` names each place.',
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
  detail: 'This call needs `Authorization: Bearer` with a token that is valid here and has not expired.',
} as const satisfies ErrorKind;

export const forbidden = {
  code: 'forbidden',
  status: 403,
  title: 'Forbidden',
  detail: 'The token is valid, but whom it names may not do this.',
} as const satisfies ErrorKind;

export const notFound = {
  code: 'not_found',
  status: 404,
  title: 'Not found',
  detail: 'Nothing answers at this path.',
} as const satisfies ErrorKind;

export const methodNotAllowed = {
  code: 'method_not_allowed',
  status: 405,
  title: 'Method not allowed',
  detail: 'The path exists, but not with this method; `Allow` lists those it has.',
} as const satisfies ErrorKind;

export const notAcceptable = {
  code: 'not_acceptable',
  status: 406,
  title: 'Not acceptable',
  detail: 'This path answers only application/json.',
} as const satisfies ErrorKind;

export const requestTimeout = {
  code: 'request_timeout',
  status: 408,
  title: 'Request timeout',
  detail: 'The request did not arrive in time.',
} as const satisfies ErrorKind;

export const changed = {
  code: 'changed',
  status: 412,
  title: 'Changed meanwhile',
  detail: '`If-Match` names another version than the current one. Read it again first.',
} as const satisfies ErrorKind;

export const tooLarge = {
  code: 'too_large',
  status: 413,
  title: 'Body too large',
  detail: 'A request body may have at most 32 kB.',
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
  detail: 'This Idempotency-Key was used with another body.',
} as const satisfies ErrorKind;

export const tooManyRequests = {
  code: 'too_many_requests',
  status: 429,
  title: 'Too many requests',
  detail: 'There were too many calls like this one; `Retry-After` says in how many seconds the next one may come.',
} as const satisfies ErrorKind;

export const headersTooLarge = {
  code: 'headers_too_large',
  status: 431,
  title: 'Headers too large',
  detail: 'The path and query may have at most 2 kB, all headers 8 kB; there may be 100 headers.',
} as const satisfies ErrorKind;

export const internal = {
  code: 'internal',
  status: 500,
  title: 'Internal error',
  detail: 'Something unexpected happened; `traceId` finds it in the log.',
} as const satisfies ErrorKind;

export const unavailable = {
  code: 'unavailable',
  status: 503,
  title: 'Temporarily unavailable',
  detail: 'The service cannot reach its database. Try again.',
  retryAfter: 1,
} as const satisfies ErrorKind;

export const overloaded = {
  code: 'overloaded',
  status: 503,
  title: 'Overloaded',
  detail: 'The service has more to do than it can do in time. Nothing was done; try again.',
  retryAfter: 1,
} as const satisfies ErrorKind;

/** An outcome that the caller is told about: its kind gives the status, its cause stays in the log. */
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
