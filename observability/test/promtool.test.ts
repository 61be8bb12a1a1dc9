import {execFile} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import test from 'ava';
import {firstExecutable, onPath} from '../../tools/fetch/executables.ts';
import {serviceNames} from '../../tools/services.ts';
import {dashboardQueriesOf} from '../queries.ts';
import {toYaml} from '../yaml.ts';

const promtool = process.env['PROMTOOL'] || (await firstExecutable(onPath('promtool'))) || '';
const withPromtool = promtool ? test : test.skip;
const unless = promtool ? '' : ' (needs promtool, on PATH or named by PROMTOOL)';

const run = promisify(execFile);
const RULES = 'k8s/observability/rules';

for (const service of serviceNames) {
  withPromtool(`promtool accepts the rules of ${service}${unless}`, async t => {
    const {stdout} = await run(promtool, ['check', 'rules', join(RULES, `${service}.yaml`)]);

    t.regex(stdout, /SUCCESS: \d+ rules found/u);
  });

  withPromtool(`the alerts of ${service} fire when they should and are silent when they should${unless}`, async t => {
    // It evaluates days of samples: six seconds of a core that other tests use at the same time.
    t.timeout(300_000);
    const {stdout} = await run(promtool, ['test', 'rules', join(RULES, `${service}.test.yaml`)]);

    t.regex(stdout, /SUCCESS/u);
  });

  withPromtool(`every query of the dashboard of ${service} is valid PromQL${unless}`, async t => {
    const folder = await mkdtemp(join(tmpdir(), 'queries-'));
    t.teardown(() => rm(folder, {recursive: true}));
    const file = join(folder, 'queries.yaml');
    const rules = dashboardQueriesOf(service).map((expr, index) => ({record: `query:${index}`, expr}));
    await writeFile(file, toYaml({groups: [{name: 'queries', rules}]}));

    const {stdout} = await run(promtool, ['check', 'rules', file]);

    t.regex(stdout, new RegExp(`SUCCESS: ${rules.length} rules found`, 'u'));
  });
}
