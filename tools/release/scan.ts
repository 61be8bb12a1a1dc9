import {mkdir, readFile} from 'node:fs/promises';
import {serviceNames} from '../services.ts';
import {architectures, layoutOf} from './images.ts';
import {run} from './run.ts';

// `npm run release:scan`, after release:images, needs syft and grype.

/** Why a finding does not affect us, by its id. */
const explained: Record<string, string> = {};

/** Of a CycloneDX document: a package's purl begins with its kind, as `pkg:deb/`. */
type Bill = {components?: {purl?: string}[]};

/** Of grype's report. */
type Report = {
  matches?: {vulnerability: {id: string; severity: string; fix: {state: string}}; artifact: {name: string}}[];
  descriptor?: {db?: {status?: {valid?: boolean}}};
};

/** Where the software bill of an image is kept. */
export const billOf = (service: string, architecture: string): string =>
  `dist/sbom/${service}-${architecture}.cdx.json`;

/**
 * Writes the software bill of every image to dist/sbom, and scans each image for known vulnerabilities.
 * @returns why these images cannot be published, a line each
 * @throws an error for a scan that did not happen.
 */
async function scanImages(): Promise<string[]> {
  await mkdir('dist/sbom', {recursive: true});
  const objections: string[] = [];
  for (const service of serviceNames) {
    for (const architecture of architectures) {
      const image = [`oci-dir:${layoutOf(service)}`, `--platform=linux/${architecture}`];
      await run('syft', ['scan', ...image, '--quiet', `--output=cyclonedx-json=${billOf(service, architecture)}`]);
      const bill = JSON.parse(await readFile(billOf(service, architecture), 'utf8')) as Bill;
      const report = JSON.parse(await run('grype', [...image, '--quiet', '--output=json'], strict)) as Report;
      const found = [...missingIn(bill), ...findingsIn(report)];
      objections.push(...found.map(each => `${service} for ${architecture}: ${each}`));
    }
  }
  return objections;
}

/** Without a database, or with an old one, grype fails. */
const strict = {GRYPE_DB_REQUIRE_UPDATE_CHECK: 'true', GRYPE_DB_VALIDATE_AGE: 'true'};

/** The kinds of packages that each image has, but this bill does not. */
export const missingIn = ({components = []}: Bill): string[] =>
  ['pkg:deb/', 'pkg:npm/']
    .filter(kind => !components.some(({purl}) => purl?.startsWith(kind)))
    .map(kind => `the software bill has no ${kind}`);

/**
 * The severe vulnerabilities that a newer version would mend, and those of a report that cannot be trusted. What Debian
 * has no fix for is no reason to stop: every release would stop.
 */
export function findingsIn({matches, descriptor}: Report): string[] {
  if (!matches || descriptor?.db?.status?.valid !== true) return ['the scan had no valid database'];
  return matches
    .filter(({vulnerability: {severity, fix}}) => ['High', 'Critical'].includes(severity) && fix.state === 'fixed')
    .filter(({vulnerability: {id}}) => !explained[id])
    .map(({vulnerability: {id, severity}, artifact}) => `${severity} ${id} in ${artifact.name}, which has a fix`);
}

if (import.meta.main) {
  const objections = await scanImages();
  for (const objection of objections) console.error(objection);
  if (objections.length > 0) process.exitCode = 1;
  else console.log('No vulnerability that a newer version would mend.');
}
