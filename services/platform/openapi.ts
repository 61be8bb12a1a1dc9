import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import type {Middleware} from 'koa';
import * as z from 'zod';
import {refusalsOf} from './access.ts';
import {
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

type Json = Record<string, unknown>;
export type OpenApiDocument = {
  openapi: string;
  info: Json;
  paths: Record<string, Json>;
  components: {schemas: Json; securitySchemes: Json};
};

/** The OpenAPI 3.1 document of these routes, made from the schemas that validate their requests. */
export function openApiDocument<Deps>(
  info: {title: string; description: string},
  routes: Route<Deps>[],
): OpenApiDocument {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const operations = (paths[openApiPath(route.path)] ??= {});
    operations[route.method] = operation(route, schemas, route.answer);
    if (route.method === 'get') operations['head'] = {...operation(route, schemas), operationId: `${route.id}Head`};
  }
  return {openapi: '3.1.0', info: {version: '1.0.0', ...info}, paths, components: {schemas, securitySchemes}};
}

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A token from the login, `POST /api/sessions` of the issuer. Ignored if the service runs with `AUTH=open`.',
  },
};

const openApiPath = (path: string): string => path.replaceAll(/:(\w+)/gu, '{$1}');

function operation<Deps>(route: Route<Deps>, schemas: Json, answer?: z.ZodType): Json {
  const {params, query, headers, body} = route.input;
  return {
    operationId: route.id,
    summary: route.summary,
    security: route.access === 'anyone' ? [] : [{bearer: []}],
    parameters: [
      ...parameters('path', params, schemas),
      ...parameters('query', query, schemas),
      ...parameters('header', headers, schemas),
    ],
    ...(body && {requestBody: {required: true, content: content('application/json', body, schemas)}}),
    responses: {
      [route.status]: {
        description: route.summary,
        ...(route.answerHeaders && {headers: headersOf(route.answerHeaders)}),
        ...(answer && {content: content('application/json', answer, schemas)}),
      },
      ...problemResponses(problemsOf(route), schemas),
    },
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
    ...problems,
    notAcceptable,
    headersTooLarge,
    internal,
    unavailable,
    overloaded,
  ];
  return [...new Set(kinds)];
}

function problemResponses(kinds: ErrorKind[], schemas: Json): Json {
  const byStatus = Object.groupBy(kinds, ({status}) => status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, same = []]) => [
      status,
      {
        description: same.map(({code, title}) => `\`${code}\`: ${title}`).join('; '),
        headers: headersOf(['X-Problem-Code', ...(same.some(({retryAfter}) => retryAfter) ? ['Retry-After'] : [])]),
        content: content(PROBLEM_TYPE, Problem, schemas),
      },
    ]),
  );
}

const headersOf = (names: string[]): Json => Object.fromEntries(names.map(name => [name, {schema: {type: 'string'}}]));

const content = (type: string, schema: z.ZodType, schemas: Json): Json => ({
  [type]: {schema: jsonSchema(schema, schemas)},
});

function parameters(place: 'path' | 'query' | 'header', schema: z.ZodType | undefined, schemas: Json): Json[] {
  if (!schema) return [];
  const {properties = {}, required = []} = jsonSchema(schema, schemas) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, {description, ...rest}]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && {description}),
    schema: rest,
  }));
}

/**
 * The JSON Schema. Schemas with an id go to `schemas` and are referenced.
 * Answers use `io: 'input'` like requests: with `output`, zod forbids additional properties, and each new field of an
 * answer would be a breaking change.
 */
function jsonSchema(schema: z.ZodType, schemas: Json): Json {
  const {$defs = {}, properties} = z.toJSONSchema(z.object({it: schema}), {io: 'input'});
  const named = rebase({$defs, it: properties?.['it']}) as {$defs: Record<string, Json>; it: Json};
  for (const [id, {id: _, ...definition}] of Object.entries(named.$defs)) schemas[id] = definition;
  return named.it;
}

const rebase = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/'));

/** Serves `/docs`: one page that uses no other host. Its Content-Security-Policy allows only its own script. */
export function docsPage(): Middleware {
  const page = readFileSync(new URL('docs.html', import.meta.url), 'utf8');
  const script = /<script>([^]*)<\/script>/u.exec(page)?.[1] ?? '';
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`;

  return async function docs(ctx) {
    ctx.type = 'html';
    ctx.set('Content-Security-Policy', policy);
    ctx.body = page;
  };
}
