import * as z from 'zod';
import {readCommands} from './commands.ts';
import {readServices} from './services.ts';

/** The text of docs/configuration.md: every setting of the services and commands, from the schemas that read them. */
export async function configuration(): Promise<string> {
  const services = (await readServices()).map(({name, settings}) => section(name, settings));
  const commands = (await readCommands()).map(({title, settings}) => section(`\`${title}\``, settings));
  return [INTRODUCTION, '## Services', SERVICES, ...services, '## Commands', ...commands].join('\n\n') + '\n';
}

const INTRODUCTION = `# Configuration

<!-- Made from the zod schemas in each config.ts by \`npm run generate\`. -->

Everything is set by environment variables. An empty variable counts as unset. A program reads them once, reports every
invalid setting at once, and refuses to start.`;

const SERVICES = `A secret can be given in a file: \`NAME_FILE\` is its path. One line end at the end of the file is cut, nothing else. The
charts set these variables from their values.

OpenTelemetry's variables configure tracing (\`OTEL_EXPORTER_OTLP_ENDPOINT\`, \`OTEL_TRACES_SAMPLER\`, …). Without an
endpoint, tracing is off.`;

const section = (title: string, settings: z.ZodObject): string => `### ${title}\n\n${table(settings)}`;

function table(settings: z.ZodObject): string {
  const rows = propertiesOf(settings).map(([name, {description, secret, isRequired, preset}]) => {
    const fallback = isRequired ? 'required' : preset;
    return `| \`${name}\` | ${fallback} | ${String(description)}${secret ? ` (secret: or \`${name}_FILE\`)` : ''} |`;
  });
  return ['| setting | default | description |', '| --- | --- | --- |', ...rows].join('\n');
}

type Property = {description?: string; secret?: boolean; isRequired: boolean; preset: string};

function propertiesOf(settings: z.ZodObject): [name: string, property: Property][] {
  const {properties = {}, required = []} = z.toJSONSchema(settings, {io: 'input'});
  const again = z.toJSONSchema(settings, {io: 'input'}).properties ?? {};
  return Object.entries(properties).map(([name, property]) => {
    const {default: preset, ...rest} = property as {default?: unknown};
    const {default: other} = again[name] as {default?: unknown};
    // A seed is another one each time.
    return [name, {...rest, isRequired: required.includes(name), preset: preset === other ? code(preset) : 'random'}];
  });
}

const code = (value: unknown): string =>
  value === undefined || value === '' ? '' : `\`${JSON.stringify(value).replaceAll('"', '')}\``;
