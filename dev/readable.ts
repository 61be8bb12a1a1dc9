import {styleText} from 'node:util';
import {logLineIn, type LogLine} from './log-line.ts';

/** The ids that every line of a request has. At a terminal they only take space. */
const IDS = new Set(['requestId', 'trace_id', 'span_id']);

type Style = Parameters<typeof styleText>[0];

/** A line of a service's log for people at a terminal. What is no such line stays as it is. */
export function readable(text: string): string {
  const line = logLineIn(text);
  if (!line) return text;
  const time = styleText('dim', line.time.slice('2026-01-31T'.length, -1));
  const {service} = line;
  return `${time} ${styleText(colourOf(service), service.padEnd(6))} ${line.msg === 'request' ? request(line) : event(line)}`;
}

const request = ({method, route, status = 0, ms}: LogLine): string =>
  `${method} ${route} ${styleText(statusStyle(status), String(status))} ${styleText('dim', `${ms} ms`)}`;

const statusStyle = (status: number): Style => (status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green');

function event({level, time: _, service: __, msg, err, ...rest}: LogLine): string {
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
