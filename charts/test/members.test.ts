import {runInNewContext} from 'node:vm';
import test from 'ava';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {named} from '../../verify/lib/charts/kubernetes.ts';
import {NAMESPACE, render} from '../../verify/lib/charts/render.ts';
import {defaults, externalDatabase, threeMembers, valueSets} from '../../verify/lib/charts/value-sets.ts';
import type {ValueSet} from '../../verify/lib/charts/values.ts';

const hookOf = async (set: ValueSet, service = 'users') => {
  const {metadata, spec} = named(await render(service, set), 'Job', `${service}-mongodb-members`);
  const [container] = spec.template.spec.containers;
  // As Kubernetes gives it to the container.
  const expanded = (value = ''): string => value.replaceAll('$(NAMESPACE)', NAMESPACE);
  const env = Object.fromEntries((container?.env ?? []).map(({name, value}) => [name, expanded(value)]));
  return {metadata, spec, env, script: container?.command?.at(-1) ?? ''};
};

for (const set of valueSets.filter(each => each !== externalDatabase)) {
  test(`every revision has a check of its members before an upgrade and a rollback, with ${set.name}`, async t => {
    for (const service of servicesWithDatabase) {
      const {annotations = {}} = (await hookOf(set, service)).metadata;

      t.is(annotations['helm.sh/hook'], 'pre-upgrade,pre-rollback');
      t.is(annotations['helm.sh/hook-delete-policy'], 'before-hook-creation,hook-succeeded');
      t.is(annotations['helm.sh/hook-output-log-policy'], 'hook-failed');
    }
  });
}

test('the check starts without the Secret and the scripts of a release that has no database yet', async t => {
  const {spec} = await hookOf(defaults);
  const volumes = spec.template.spec.volumes ?? [];

  t.deepEqual(
    volumes.flatMap(({secret, configMap}) => secret ?? configMap ?? []).map(({optional}) => optional),
    [true, true],
  );
  t.is(spec.template.spec.restartPolicy, 'Never');
  t.is(spec.backoffLimit, 0);
});

const host = (ordinal: number): string => `users-mongodb-${ordinal}.users-mongodb.shop.svc:27017`;

type Answers = Record<string, string[]>;

/** What the script of a set of values says to members that answer with these configurations; others do not answer. */
async function check(
  set: ValueSet,
  answers: Answers,
  {hasKeyfile = true, silentMs = 0} = {},
): Promise<{code: number; said: string; ms: number}> {
  const {script, env} = await hookOf(set);
  const said: string[] = [];
  const result = {code: 0};
  let ms = 0;
  const globals = {
    process: {env},
    require: () => ({existsSync: () => hasKeyfile, readFileSync: () => 'key\nfile'}),
    // A constructor, as in mongosh.
    Mongo: function connect(uri: string) {
      const members = answers[new URL(uri).host]?.map(each => ({host: each}));
      if (!members || ms < silentMs) throw new Error('no answer');
      return {getDB: () => ({adminCommand: () => ({config: {members}})})};
    },
    Date: {now: () => ms},
    sleep: (more: number) => (ms += more),
    print: (line: string) => said.push(line),
    quit: (code: number) => Object.assign(result, {code}),
  };
  runInNewContext(script, globals);
  return {...result, said: said.join('\n'), ms};
}

const three = [host(0), host(1), host(2)];
const oneMember = {...defaults, name: 'one member'};

for (const [what, set, answers, refused] of [
  ['one pod for a set of one', oneMember, {[host(0)]: [host(0)]}, undefined],
  ['one pod for a set of three', oneMember, {[host(0)]: three}, [1, 2]],
  ['one pod for a set of three whose first member is down', oneMember, {[host(2)]: three}, [1, 2]],
  ['one pod for a set that has lost only one of three', oneMember, {[host(0)]: [host(0), host(1)]}, [1]],
  ['three pods for a set of one', threeMembers, {[host(0)]: [host(0)]}, undefined],
  ['three pods for a set of three', threeMembers, {[host(1)]: three}, undefined],
  ['one pod for a set with a member elsewhere', oneMember, {[host(0)]: [host(0), 'db.example.com:27017']}, undefined],
  ['one pod for a set that does not answer', oneMember, {}, undefined],
] as const satisfies [string, ValueSet, Answers, number[] | undefined][]) {
  test(`the check ${refused ? 'refuses' : 'accepts'} ${what}`, async t => {
    const {code, said} = await check(set, answers);

    t.is(code, refused ? 1 : 0);
    if (refused) t.true(said.includes(`First remove ${refused.map(host).join(' and ')} from the set`), said);
  });
}

test('the check accepts a release that has no keyfile yet', async t => {
  t.deepEqual(await check(defaults, {}, {hasKeyfile: false}), {code: 0, said: 'no member answers', ms: 0});
});

test('the check asks a set that does not answer again, as a pod that has just started may not reach it yet', async t => {
  const late = await check(oneMember, {[host(0)]: three}, {silentMs: 10_000});
  const never = await check(oneMember, {[host(0)]: three}, {silentMs: Infinity});

  t.like(late, {code: 1, ms: 10_000});
  t.like(never, {code: 0, ms: 30_000});
  t.regex(never.said, /^users-mongodb-0.*no answer\n.*\n.*\nno member answers$/u);
});
