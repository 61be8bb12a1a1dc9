import {parseArgs} from 'node:util';
import {run, type Run} from '../lib/run.ts';
import {settings, type ProveConfig} from './config.ts';
import {proveOurs} from './ours.ts';
import {proveTheirs} from './theirs.ts';

// `npm run prove`: what the README promises about a cluster, checked on the cluster of the current kubectl context.
// It installs the release; `--quick`, or words after the command, choose the other claims. `--controls` adds to each the
// twin that must fail, `--record` writes what was found into reports. `--release NAME` checks a release that is there.

const options = {
  quick: {type: 'boolean', default: false},
  controls: {type: 'boolean', default: false},
  record: {type: 'boolean', default: false},
  release: {type: 'string'},
} as const;

async function prove(run: Run<ProveConfig>): Promise<boolean> {
  const {values, positionals} = parseArgs({args: run.words, allowPositionals: true, options});
  const {release, ...flags} = values;
  return release === undefined ? proveOurs(run, {words: positionals, ...flags}) : proveTheirs(run, release);
}

await run(settings, prove);
