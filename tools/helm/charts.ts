import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {serviceNames} from '../services.ts';
import {helm} from './run.ts';

/** The charts that have others inside, each after those: helm does not look for the dependencies of a dependency. */
const builtInOrder = ['mongodb', ...serviceNames, 'duet'];

/**
 * Puts the charts that a chart depends on into its folder `charts`, as archives, which git ignores. Helm renders those,
 * so a changed chart needs it again. Nothing else may use the folder meanwhile.
 * @throws an error with helm's message, such as for a dependency in another version.
 */
export async function buildCharts(folder = 'charts'): Promise<void> {
  for (const chart of builtInOrder) {
    await helm(['dependency', 'update', join(folder, chart), '--skip-refresh']);
    // Versions are exact, so it locks nothing more. A later version would make `helm dependency build` refuse an old one.
    await rm(join(folder, chart, 'Chart.lock'), {force: true});
  }
}
