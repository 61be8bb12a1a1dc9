import {execFile} from 'node:child_process';
import {appendFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';

// `npm run go-tools -- NAME…` builds programs that the workflows need, each at one version. Go checks every source file
// against its public checksum database, so no program is downloaded ready-made.

const run = promisify(execFile);

/** The module and version of each program, and its folder there. */
export const goTools: Record<string, [module: string, folder: string]> = {
  actionlint: ['github.com/rhysd/actionlint@v1.7.12', './cmd/actionlint'],
  cosign: ['github.com/sigstore/cosign/v3@v3.1.3', './cmd/cosign'],
  crane: ['github.com/google/go-containerregistry@v0.22.1', './cmd/crane'],
  grype: ['github.com/anchore/grype@v0.121.3', './cmd/grype'],
  kind: ['sigs.k8s.io/kind@v0.33.0', '.'],
  promtool: ['github.com/prometheus/prometheus@v0.42.0', './cmd/promtool'],
  skaffold: ['github.com/GoogleContainerTools/skaffold/v2@v2.24.0', './cmd/skaffold'],
  syft: ['github.com/anchore/syft@v1.57.1', './cmd/syft'],
};

/** Builds a program into Go's folder of programs, and returns that folder. */
async function install(name: string): Promise<string> {
  const [module, folder] = goTools[name] ?? [];
  if (!module || !folder) throw new Error(`There is no ${name}, only ${Object.keys(goTools).join(', ')}.`);

  const programs = join((await run('go', ['env', 'GOPATH'])).stdout.trim(), 'bin');
  const {stdout} = await run('go', ['mod', 'download', '-json', module]);
  const {Dir} = JSON.parse(stdout) as {Dir: string};
  // Not `go install`, which refuses a module that replaces others, as skaffold's does.
  await run('go', ['build', '-C', Dir, '-trimpath', '-o', join(programs, name), folder]);
  console.log(`${join(programs, name)}: ${module}`);
  return programs;
}

if (import.meta.main) {
  for (const name of process.argv.slice(2)) {
    const programs = await install(name);
    // The later steps of a job in GitHub Actions find it on PATH.
    if (process.env['GITHUB_PATH']) await appendFile(process.env['GITHUB_PATH'], `${programs}\n`);
  }
}
