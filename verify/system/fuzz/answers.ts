import {readFile} from 'node:fs/promises';
import {Ajv2020, type ValidateFunction} from 'ajv/dist/2020.js';
import type {Got, Response} from 'got';
import type {Call} from './requests.ts';

type Operation = {responses: Record<string, {content?: Record<string, {schema: object}>}>};
type Document = {paths: Record<string, Record<string, Operation>>; components: object};

/** Returns what is wrong with an answer: a 5xx, or a status, type or body that the service's OpenAPI document does not allow. */
export type Judge = (call: Call, response: Response<string>) => string | undefined;

export async function judgeOf(service: string): Promise<Judge> {
  const document = JSON.parse(await readFile(`services/${service}/openapi.json`, 'utf8')) as Document;
  const ajv = new Ajv2020({strict: false, validateFormats: false});
  const compiled = new Map<object, ValidateFunction>();
  const validatorOf = (schema: object): ValidateFunction => {
    const validate = compiled.get(schema) ?? ajv.compile({...schema, components: document.components});
    compiled.set(schema, validate);
    return validate;
  };

  const undocumented: Judge = ({method, template}, {statusCode, headers, body}) => {
    const answer = document.paths[template]?.[method.toLowerCase()]?.responses[statusCode];
    if (!answer) return `status ${statusCode} is not documented`;
    if (method === 'HEAD' || !answer.content) return body === '' ? undefined : 'a body that is not documented';

    const schema = answer.content[String(headers['content-type']).split(';', 1).join('')]?.schema;
    if (!schema) return `type ${headers['content-type']} is not documented`;
    const validate = validatorOf(schema);
    return validate(JSON.parse(body)) ? undefined : ajv.errorsText(validate.errors);
  };
  return (call, response) =>
    response.statusCode >= 500 ? `${response.statusCode}: ${response.body}` : undocumented(call, response);
}

export const send = (api: Got, {method, path, query, headers, body}: Call): Promise<Response<string>> =>
  api(`${path.slice(1)}${query}`, {method, headers, ...(body !== undefined && {body}), responseType: 'text'});
