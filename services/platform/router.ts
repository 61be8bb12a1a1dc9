import Router, {type RouterContext} from '@koa/router';
import {bodyParser} from '@koa/bodyparser';
import type {Context, Middleware} from 'koa';
import type * as z from 'zod';
import type {ClientOf} from './address.ts';
import {admit, type Guard, type Guarded} from './access.ts';
import type {Principal} from './auth.ts';
import {boundBodies, MAX_BODY} from './bodies.ts';
import {boundHeavy, boundInFlight} from './bound-requests.ts';
import {
  AppError,
  changed,
  malformed,
  methodNotAllowed,
  notAcceptable,
  tooLarge,
  unsupportedType,
  type ErrorKind,
} from './errors.ts';
import {etagOf, judgeRead, versionsIn, type Versions} from './etag.ts';
import type {Overload} from './overload.ts';
import {valid} from './validate.ts';

type Shapes = {params?: z.ZodObject; query?: z.ZodObject; headers?: z.ZodObject; body?: z.ZodType};
type Input<S extends Shapes> = {[K in keyof S]: S[K] extends z.ZodType ? z.output<S[K]> : unknown} & Conditional;

/** The versions that the preconditions of a request allow. A write must check them as it writes. */
type Conditional = {versions: Versions | undefined};

/** One route of an API: its input, its answer, and the domain call between. The OpenAPI document is made from it. */
export type Route<Deps> = Guarded & {
  id: string;
  summary: string;
  method: 'get' | 'post' | 'patch' | 'delete';
  path: string;
  input: Shapes;
  status: number;
  /** The schema of the answer. A field that it does not name is not sent. */
  answer?: z.ZodType;
  answerHeaders?: string[];
  /** An answer of many items: a few at once, so that these do not take the event loop from the others. */
  heavy?: true;
  /**
   * The result of `handle` has a `version`, which is sent as `ETag`. Preconditions of reads are judged here, those of
   * PATCH and DELETE by whoever gets `versions`.
   */
  versioned?: true;
  problems: ErrorKind[];
  handle(
    context: Context,
    input: Record<keyof Shapes, unknown> & Conditional,
    deps: Deps,
    caller: Principal,
  ): Promise<unknown>;
};

/** Declares a service's routes. `handle` gets its input typed by the route's schemas. */
export function routesFor<Deps>() {
  return <S extends Shapes>(
    route: Omit<Route<Deps>, 'input' | 'handle'> & {
      input: S;
      handle(context: Context, input: Input<S>, deps: Deps, caller: Principal): Promise<unknown>;
    },
  ): Route<Deps> => route as unknown as Route<Deps>;
}

/** A router that serves the routes: 404 for other paths, 405 with `Allow` for other methods. */
export function createRouter<Deps>(routes: Route<Deps>[], deps: Deps, guard: Guard, overload: Overload): Router {
  // One path has one spelling: no trailing slash, no other case.
  const router = new Router({strict: true, sensitive: true});
  const readBody = [requireJson, readCoding, readJson(overload, guard.clientOf)];
  const bounded = boundInFlight(overload, guard.clientOf);
  const few = boundHeavy(overload, guard.clientOf);
  for (const route of routes) {
    const steps = [
      acceptsJson,
      checkAccess(route, guard),
      ...(route.input.body ? readBody : []),
      bounded,
      ...(route.heavy ? [few] : []),
      serve(route, deps),
    ];
    router.register(route.path, [route.method], steps);
  }
  return router;
}

/** The route template, not the path: one label value per user id would grow without bound. */
export const routeOf = (ctx: Context): string => String((ctx as RouterContext)._matchedRoute ?? 'unmatched');

/** Answers 405 if the path exists for other methods only; an unknown path stays a 404. */
export const allowedMethods: Middleware = async function allowedMethods(ctx, next) {
  await next();
  const {matched, routerPath} = ctx as unknown as RouterContext;
  if (ctx.status !== 404 || ctx.body !== undefined || !matched?.length || routerPath) return;

  ctx.set('Allow', [...new Set(matched.flatMap(layer => layer.methods))].join(', '));
  throw new AppError(methodNotAllowed);
};

const acceptsJson: Middleware = async function acceptsJson(ctx, next) {
  if (!acceptsAll(ctx) && !ctx.accepts('application/json') && !namesJson(ctx)) throw new AppError(notAcceptable);
  await next();
};

/** What most clients send. Anything else takes a parser. */
const acceptsAll = ({req: {headers}}: Context): boolean => headers.accept === undefined || headers.accept === '*/*';

/** JSON has no parameters (RFC 8259), so those in `Accept` do not matter: many clients send a charset. */
const namesJson = (ctx: Context): boolean => ctx.accepts().some(type => type.toLowerCase() === 'application/json');

/** Runs before the body is read, so that a refused request costs little. */
function checkAccess(route: Guarded, guard: Guard): Middleware<{caller: Principal}> {
  return async function checkAccess(ctx, next) {
    ctx.state.caller = await admit(route, ctx, guard);
    await next();
  };
}

const parseJson = bodyParser({enableTypes: ['json'], jsonLimit: String(MAX_BODY), onError: refuseBody});

/** An unreadable body is the client's fault. The parser's error is dropped, because it may contain the body. */
function refuseBody(error: Error & {status?: number}): never {
  if (error.status === 413) throw new AppError(tooLarge);
  throw new AppError(error.status === 415 ? unsupportedType : malformed);
}

const requireJson: Middleware = async function requireJson(ctx, next) {
  const isEmpty = ctx.request.length === 0;
  if (!isEmpty && (ctx.is('application/json') === false || !isUtf8(ctx.request.charset))) {
    throw new AppError(unsupportedType);
  }
  await next();
};

/** The parser compares the coding by character. But codings have no case, and gzip has two names (RFC 9110, 8.4.1). */
const readCoding: Middleware = async function readCoding({req: {headers}}, next) {
  const coding = headers['content-encoding']?.toLowerCase();
  if (coding !== undefined) headers['content-encoding'] = coding === 'x-gzip' ? 'gzip' : coding;
  await next();
};

const isUtf8 = (charset: string): boolean => ['', 'utf-8', 'utf8'].includes(charset.toLowerCase());

const stop = () => Promise.resolve();

function readJson(overload: Overload, clientOf: ClientOf): Middleware {
  const bounded = boundBodies(overload);
  return async function readJson(ctx, next) {
    await overload.whileReading(clientOf(ctx.req), () => bounded(ctx, () => parseJson(ctx, stop)));
    await next();
  };
}

function serve<Deps>(route: Route<Deps>, deps: Deps): Middleware<{caller: Principal}> {
  return async function serve(ctx) {
    const result = await route.handle(ctx, readInput(route, ctx), deps, ctx.state.caller);
    ctx.status = route.status;
    if (route.versioned && route.answer && isUnmodified(route, ctx, result as {version: number})) return;
    if (route.answer) ctx.body = route.answer.parse(result);
  };
}

/** Sets the ETag. True if the client has this version already: it gets 304 without a body. */
function isUnmodified({method}: {method: string}, ctx: Context, result: {version: number}): boolean {
  ctx.set('ETag', etagOf(result));
  const verdict = method === 'get' ? judgeRead(ctx.headers, result.version) : undefined;
  if (verdict === 'changed') throw new AppError(changed);
  if (verdict === 'not_modified') ctx.status = 304;
  return verdict === 'not_modified';
}

function readInput<Deps>({input, absent}: Route<Deps>, ctx: Context): Record<keyof Shapes, unknown> & Conditional {
  const {params} = ctx as unknown as RouterContext;
  return {
    params: input.params && valid(input.params, params, absent),
    query: input.query && valid(input.query, {...ctx.query}),
    headers: input.headers && valid(input.headers, ctx.headers),
    body: input.body && valid(input.body, ctx.request.body),
    versions: versionsIn(ctx.headers),
  };
}
