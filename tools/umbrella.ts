import {readFile} from 'node:fs/promises';
import {parse, parseDocument} from 'yaml';
import {readServices, type Service} from './services.ts';
import {callsInOpenMode, callsInTokenMode} from './try-it.ts';

const FOLDER = 'charts/duet';

/** The files of the umbrella chart that name every service, by their paths. What else is in them stays as it is. */
export async function umbrella(): Promise<Record<string, string>> {
  const services = await readServices();
  const names = services.map(({name}) => name);
  return {
    [`${FOLDER}/Chart.yaml`]: await chart(names),
    [`${FOLDER}/values.yaml`]: await values(names),
    [`${FOLDER}/values-dev.yaml`]: await valuesForDevelopment(names),
    [`${FOLDER}/values.schema.json`]: await schema(names),
    [`${FOLDER}/templates/NOTES.txt`]: notes(services),
  };
}

async function chart(names: string[]): Promise<string> {
  const document = parseDocument(await readFile(`${FOLDER}/Chart.yaml`, 'utf8'));
  const dependencies = names.map(async name => {
    const {version} = parse(await readFile(`charts/${name}/Chart.yaml`, 'utf8')) as {version: string};
    return {name, version, repository: `file://../${name}`};
  });
  document.set('dependencies', await Promise.all(dependencies));
  return document.toString();
}

async function values(names: string[]): Promise<string> {
  const document = parseDocument(await readFile(`${FOLDER}/values.yaml`, 'utf8'));
  const present = Object.keys(document.toJS() as object).filter(key => key !== 'global');
  for (const name of present) if (!names.includes(name)) document.delete(name);
  for (const name of names) if (!document.has(name)) document.set(name, {});
  return document.toString({lineWidth: 0});
}

/** The services' own values for development, each below its name. */
async function valuesForDevelopment(names: string[]): Promise<string> {
  const texts = names.map(async name => {
    const text = await readFile(`charts/${name}/values-dev.yaml`, 'utf8');
    const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'));
    return [`${name}:`, ...lines.map(line => `  ${line}`)];
  });
  const header =
    '# Made from the values-dev.yaml of each service by `npm run generate`: one small pod of each, and quick rollouts.';
  return `${[header, ...(await Promise.all(texts)).flat()].join('\n')}\n`;
}

async function schema(names: string[]): Promise<string> {
  const {properties, ...rest} = JSON.parse(await readFile(`${FOLDER}/values.schema.json`, 'utf8')) as {
    properties: {global: object};
  };
  const ofServices = names.map(name => [
    name,
    {description: `Values of the ${name} chart`, type: 'object', additionalProperties: true},
  ]);
  const all = {...rest, properties: {global: properties.global, ...Object.fromEntries(ofServices)}};
  return `${JSON.stringify(all, null, 2)}\n`;
}

const list = new Intl.ListFormat('en');

function notes(services: Service[]): string {
  const forwards = services.map(
    ({name, port}) =>
      `  kubectl --namespace {{ .Release.Namespace }} port-forward service/{{ include "platform.name" .Subcharts.${name} }} ${port}:{{ .Values.${name}.service.port }} &`,
  );
  const [users = '', orders = ''] = ['users', 'orders'].map(
    wanted => `localhost:${services.find(({name}) => name === wanted)?.port}`,
  );
  const indented = (calls: string[]): string => calls.map(call => `  ${call}`).join('\n');
  return `${list.format(services.map(({name}) => name))} are installed. From your machine:

${forwards.join('\n')}

{{- if eq .Values.users.auth.mode "token" }}

${indented(callsInTokenMode(users, orders))}
{{- else }}

${indented(callsInOpenMode(users, orders))}
{{- end }}

Check it with: helm test {{ .Release.Name }} --namespace {{ .Release.Namespace }}
`;
}
