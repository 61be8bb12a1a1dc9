import {settings} from '../../dev/config.ts';
import {freePort} from '../../dev/ports.ts';

// In a URL, in a setting of `npm start`, in skaffold.yaml, and the local one of `kubectl port-forward`.
const PORTS =
  /(?<before>(?:localhost|127\.0\.0\.1):|PORT=|localPort: |port-forward [^\n&|;]*? )(?<port>\d{4,5})\b(?<remote>:\d+)?/gu;

export type Ports = {
  /** The settings with which `npm start` uses them. */
  env: Record<string, string>;
  /** The text with free ports in place of the documented ones, and back. */
  replace: (text: string) => string;
  restore: (text: string) => string;
};

/** A free port for each that the text names, or that `npm start` uses: a page can be run beside whatever has these ports. */
export async function freePorts(text: string): Promise<Ports> {
  const defaults = Object.entries(settings.parse({})).filter(([name]) => name.endsWith('_PORT'));
  const named = [...text.matchAll(PORTS)].map(({groups}) => groups?.['port']);
  const freeOf = new Map<string, string>();
  for (const port of new Set([...defaults.map(([, port]) => port), ...named])) {
    freeOf.set(String(port), String(await freePort()));
  }

  const replaced = (all: string, before: string, port: string, remote = ''): string => {
    const free = freeOf.get(port);
    if (!free) return all;
    return `${before}${free}${before.startsWith('port-forward') && !remote ? `:${port}` : remote}`;
  };
  return {
    env: {
      ...Object.fromEntries(defaults.map(([name, port]) => [name, freeOf.get(String(port)) ?? ''])),
      // A page of a document lists what it has made itself.
      PAGE_TRICKLE_S: '0',
    },
    replace: text => text.replaceAll(PORTS, replaced),
    restore: text =>
      [...freeOf].reduce((text, [port, free]) => text.replaceAll(new RegExp(`\\b${free}\\b`, 'gu'), port), text),
  };
}
