import * as z from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathItemObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import {refusalsOf} from './access.ts';
import {
  changed,
  headersTooLarge,
  internal,
  invalid,
  malformed,
  notAcceptable,
  overloaded,
  tooLarge,
  unavailable,
  unsupportedType,
  type ErrorKind,
} from './errors.ts';
import {Problem, PROBLEM_TYPE} from './problems.ts';
import type {Route} from './router.ts';

export type OpenApiDocument = ReturnType<typeof createDocument>;

/** The OpenAPI 3.1 document of these routes, made from the schemas that validate their requests. */
export function openApiDocument<Deps>(
  info: {title: string; description: string},
  routes: Route<Deps>[],
): OpenApiDocument {
  const paths: Record<string, ZodOpenApiPathItemObject> = {};
  for (const route of routes) {
    const operations = (paths[openApiPath(route.path)] ??= {});
    operations[route.method] = operation(route, route.answer);
    if (route.method === 'get') operations.head = {...operation(route), operationId: `${route.id}Head`};
  }
  const document = {openapi: '3.1.0', info: {version: '1.0.0', ...info}, paths, components: {securitySchemes}} as const;
  return createDocument(document, {override: allowNewFields});
}

/** For answers, zod forbids additional properties; then each new field of an answer would be a breaking change. */
function allowNewFields({
  jsonSchema,
  io,
}: {
  jsonSchema: {additionalProperties?: unknown};
  io: 'input' | 'output';
}): void {
  if (io === 'output') delete jsonSchema.additionalProperties;
}

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A token from the login, `POST /api/sessions` of the issuer. Ignored if the service runs with `AUTH=open`.',
  },
} as const;

const preconditions = {
  'if-match': z.string().optional().meta({description: 'The ETags of the versions that the call is for, or `*`'}),
  'if-none-match': z.string().optional().meta({description: 'The ETags of the versions that it is not for, or `*`'}),
};

const openApiPath = (path: string): string => path.replaceAll(/:(\w+)/gu, '{$1}');

function operation<Deps>(route: Route<Deps>, answer?: z.ZodType): ZodOpenApiOperationObject {
  const {body} = route.input;
  return {
    operationId: route.id,
    summary: route.summary,
    security: route.access === 'anyone' ? [] : [{bearer: []}],
    requestParams: parametersOf(route),
    ...(body && {requestBody: {required: true, content: {'application/json': {schema: body}}}}),
    responses: {
      [route.status]: success(route, answer),
      ...(isConditional(route) && route.method === 'get' && {304: notModified}),
      ...problemResponses(problemsOf(route)),
    },
  };
}

/** Whether the call is for one version of a document, which preconditions can name. */
const isConditional = <Deps>({versioned, method}: Route<Deps>): boolean => versioned === true && method !== 'post';

function parametersOf<Deps>(route: Route<Deps>) {
  const {params, query, headers} = route.input;
  const header = z.object({...(isConditional(route) && preconditions), ...headers?.shape});
  return {...(params && {path: params}), ...(query && {query}), header};
}

function success<Deps>({summary, versioned, answer, answerHeaders = []}: Route<Deps>, sent?: z.ZodType) {
  const names = [...answerHeaders, ...(versioned && answer ? ['ETag'] : [])];
  return {
    description: summary,
    ...(names.length > 0 && {headers: headersOf(names)}),
    ...(sent && {content: {'application/json': {schema: sent}}}),
  };
}

/** The route's own problems, and those that the platform may answer for it. */
function problemsOf<Deps>(route: Route<Deps>): ErrorKind[] {
  const {input, absent, problems} = route;
  const kinds = [
    ...refusalsOf(route),
    ...(input.query || input.headers || input.body ? [invalid] : []),
    malformed,
    ...(input.body ? [tooLarge, unsupportedType] : []),
    ...(absent ? [absent] : []),
    ...(isConditional(route) ? [changed] : []),
    ...problems,
    notAcceptable,
    headersTooLarge,
    internal,
    unavailable,
    overloaded,
  ];
  return [...new Set(kinds)];
}

function problemResponses(kinds: ErrorKind[]): ZodOpenApiResponsesObject {
  const byStatus = Object.groupBy(kinds, ({status}) => status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, same = []]) => [
      status,
      {
        description: same.map(({code, title}) => `\`${code}\`: ${title}`).join('; '),
        headers: headersOf(['X-Problem-Code', ...(same.some(({retryAfter}) => retryAfter) ? ['Retry-After'] : [])]),
        content: {[PROBLEM_TYPE]: {schema: Problem}},
      },
    ]),
  );
}

const notModified = {
  description: 'The client has the current version',
  headers: {ETag: {schema: {type: 'string' as const}}},
};

const headersOf = (names: string[]) =>
  Object.fromEntries(names.map(name => [name, {schema: {type: 'string' as const}}]));
