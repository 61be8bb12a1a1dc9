import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {serviceNames} from '../../tools/services.ts';

const documents = serviceNames.map(name => `services/${name}/openapi.json`);

// Not a dependency, as it comes alone: the package contains all that it needs. npm keeps it in its cache.
const REDOCLY = ['exec', '--yes', '--prefer-offline', '--package', '@redocly/cli@2.77.0', '--', 'redocly'];
const LINT = ['lint', '--config', 'verify/third-party/redocly.yaml', '--format', 'stylish'];

const PATIENCE_S = 120;

/** Redocly finds no problem in any openapi.json. The tests hold that each service serves this document. */
export async function lint(): Promise<string> {
  const env = {...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true'};
  try {
    await promisify(execFile)('npm', [...REDOCLY, ...LINT, ...documents], {env, timeout: PATIENCE_S * 1000});
  } catch (error) {
    // The problems are on stdout; without any, it did not run.
    const {stdout, message} = error as Error & {stdout: string};
    throw new Error(stdout || message, {cause: error});
  }
  return `${documents.length} documents`;
}
