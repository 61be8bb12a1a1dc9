import {glob, readFile} from 'node:fs/promises';
import {parse} from 'yaml';
import {serviceNames} from '../services.ts';
import {packageJson} from './run.ts';

// `npm run release:check -- TAG` refuses a tag that is not the version of everything here.

type Chart = {name: string; version: string; appVersion?: string; dependencies?: {name: string; version: string}[]};

/** What a tag has to agree with. */
export type Versions = {version: string; charts: Chart[]; changelog: string};

/** What this checkout says of its version. */
export async function readVersions(): Promise<Versions> {
  const files: string[] = [];
  for await (const file of glob('charts/*/Chart.yaml')) files.push(file);
  const charts = await Promise.all(files.map(async file => parse(await readFile(file, 'utf8')) as Chart));
  const {version} = await packageJson();
  return {version, charts, changelog: await readFile('CHANGELOG.md', 'utf8')};
}

/** Why this tag cannot be released, a sentence each; none if it can. */
export function objectionsTo(tag: string, {version, charts, changelog}: Versions): string[] {
  if (tag !== `v${version}`) return [`The tag is ${tag}, but package.json has the version ${version}.`];

  const differing = charts.flatMap(chart => versionsIn(chart).filter(([, its]) => its !== version));
  return [
    ...differing.map(([what, its]) => `${what} is ${its}, not ${version}.`),
    ...(changelog.includes(`\n## ${version}\n`) ? [] : [`CHANGELOG.md has no section "## ${version}".`]),
  ];
}

/** The versions in a chart that are those of this repository; mongodb's appVersion is MongoDB's. */
function versionsIn({name, version, appVersion, dependencies = []}: Chart): [what: string, version: string][] {
  const application: [string, string][] = [...serviceNames, 'duet'].includes(name)
    ? [[`The appVersion of the chart ${name}`, appVersion ?? 'missing']]
    : [];
  return [
    [`The version of the chart ${name}`, version],
    ...application,
    ...dependencies.map((other): [string, string] => [
      `The version of ${other.name} in the chart ${name}`,
      other.version,
    ]),
  ];
}

if (import.meta.main) {
  const objections = objectionsTo(process.argv[2] ?? '', await readVersions());
  for (const objection of objections) console.error(objection);
  if (objections.length > 0) process.exitCode = 1;
}
