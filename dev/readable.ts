import {styleText} from 'node:util';

/** A line of a service's log. */
type Line = {
  level: string;
  time: string;
  service: string;
  msg: string;
  method?: string;
  route?: string;
  status?: number;
  ms?: number;
  err?: {type: string; message: string; stack?: string};
};

/** What every line has, so that it is not worth repeating. */
const IDS = new Set(['requestId', 'trace_id', 'span_id']);

type Style = Parameters<typeof styleText>[0];

/** A line of a service's log for people at a terminal. What is no such line stays as it is. */
export function readable(text: string): string {
  const line = parsed(text);
  if (!line) return text;
  const time = styleText('dim', line.time.slice('2026-01-31T'.length, -1));
  const {service} = line;
  return `${time} ${styleText(colourOf(service), service.padEnd(6))} ${line.msg === 'request' ? request(line) : event(line)}`;
}

function parsed(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Partial<Line> | null;
    return line?.time && line.service && line.level && line.msg ? (line as Line) : undefined;
  } catch {
    return undefined;
  }
}

const request = ({method, route, status = 0, ms}: Line): string =>
  `${method} ${route} ${styleText(statusStyle(status), String(status))} ${styleText('dim', `${ms} ms`)}`;

const statusStyle = (status: number): Style => (status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green');

function event({level, time: _, service: __, msg, err, ...rest}: Line): string {
  const fields = Object.entries(rest).filter(([name]) => !IDS.has(name));
  const details = fields.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const style: Style = level === 'info' || level === 'debug' ? 'reset' : level === 'warn' ? 'yellow' : 'red';
  const error = err && `\n${err.stack ?? `${err.type}: ${err.message}`}`;
  return [styleText(style, msg), ...details].join(' ') + (error ?? '');
}

const COLOURS = ['cyan', 'magenta', 'blue', 'green'] as const;
const colours = new Map<string, (typeof COLOURS)[number]>();

/** Each service has its own, by the order in which they come. */
function colourOf(service: string): Style {
  const colour = colours.get(service) ?? COLOURS[colours.size % COLOURS.length] ?? 'cyan';
  colours.set(service, colour);
  return colour;
}
