import {execFile} from 'node:child_process';
import {promisify} from 'node:util';

// `npm run audit` lists the known vulnerabilities of the packages in the images, except those explained here.

/** Why a finding does not affect us, by the URL of its advisory. */
const explained: Record<string, string> = {};

/** npm's report: a package is vulnerable by an advisory, or by another package that it names. */
type Report = {vulnerabilities?: Record<string, {via: (string | {url: string; title: string})[]}>};

/** One line for each advisory that is not explained; undefined if the registry gave no report. */
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
  // npm exits with 1 for findings, and also for a registry without audits, of which it may print nothing.
  const {stdout} = await promisify(execFile)('npm', options).catch((error: {stdout: string}) => error);
  return JSON.parse(stdout || '{}') as Report;
}

if (import.meta.main) {
  const findings = findingsIn(await npmAudit());
  if (!findings) console.log('The registry offers no audit, so nothing was checked.');
  else console.log(findings.join('\n') || 'No known vulnerabilities.');
  if (findings?.length) process.exitCode = 1;
}
