import {execFile} from 'node:child_process';
import {promisify} from 'node:util';

// `npm run audit`: known vulnerabilities of what the images hold, but for those that are explained here.

/** By its advisory: why a finding does not concern us. */
const explained: Record<string, string> = {};

/** As npm writes it: a package is vulnerable by an advisory, or by another package that it names. */
type Report = {vulnerabilities?: Record<string, {via: (string | {url: string; title: string})[]}>};

/** A line for each advisory that nobody has explained; undefined when the registry gave no report. */
export function findingsIn({vulnerabilities}: Report): string[] | undefined {
  if (!vulnerabilities) return undefined;
  const lines = Object.entries(vulnerabilities).flatMap(([name, {via}]) =>
    via
      .filter(cause => typeof cause === 'object')
      .filter(({url}) => !explained[url])
      .map(({title, url}) => `${name}: ${title} (${url})`),
  );
  return [...new Set(lines)];
}

async function npmAudit(): Promise<Report> {
  const options = ['audit', '--json', '--omit=dev'];
  // It ends with 1 for findings and for a registry that does not answer alike.
  const {stdout} = await promisify(execFile)('npm', options).catch((error: {stdout: string}) => error);
  return JSON.parse(stdout) as Report;
}

if (import.meta.main) {
  const findings = findingsIn(await npmAudit());
  if (!findings) console.log('The registry answers no audit, so nothing was looked up.');
  else console.log(findings.join('\n') || 'No known vulnerability.');
  if (findings?.length) process.exitCode = 1;
}
