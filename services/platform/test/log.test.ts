import {spawnSync} from 'node:child_process';
import test from 'ava';

/** The log lines of a process that runs this code, with `log`, `newContext` and `runInContext` in scope. */
function linesOf(code: string): Record<string, unknown>[] {
  const modules = `
    import {createLog} from '#platform/log.ts';
    import {newContext, runInContext} from '#platform/context.ts';
    const log = createLog('test', 'info');`;
  const {stdout} = spawnSync(process.execPath, ['--input-type=module', '--eval', modules + code], {encoding: 'utf8'});
  return stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>);
}

test('a log line inside a request has its ids, a line outside has none', t => {
  const [inside, outside] = linesOf(`
    runInContext(newContext('', 'abc'), () => log.info('inside'));
    log.info('outside');`);

  t.is(inside?.['requestId'], 'abc');
  t.regex(String(inside?.['trace_id']), /^[0-9a-f]{32}$/u);
  t.is(inside?.['service'], 'test');
  t.false('trace_id' in (outside ?? {}));
});

test('an error is logged with its code and cause, and without its other properties', t => {
  const [line] = linesOf(`
    const cause = Object.assign(new Error('inner'), {code: 'ECONNRESET', options: {token: 'canary'}});
    log.error({err: Object.assign(new Error('outer', {cause}), {body: 'canary'})}, 'failed');`);

  t.like(line, {err: {message: 'outer', cause: {message: 'inner', code: 'ECONNRESET'}}});
  t.notRegex(JSON.stringify(line), /canary/u);
});
