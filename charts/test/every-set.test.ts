import test from 'ava';
import {servicesWithDatabase} from '../../tools/databases.ts';
import {render} from '../../verify/lib/charts/render.ts';
import {withoutHash} from '../../verify/lib/charts/kubernetes.ts';
import {podsOf} from './pods.ts';
import {countRules} from './rules/counts.ts';
import {podRules} from './rules/pods.ts';
import {referenceRules} from './rules/references.ts';
import {securityRules} from './rules/security.ts';
import {selectorRules} from './rules/selectors.ts';
import {everyJob, valueSets} from '../../verify/lib/charts/value-sets.ts';
import {charts, services} from '../../verify/lib/charts/values.ts';

const rules = {...securityRules, ...podRules, ...referenceRules, ...selectorRules, ...countRules};

for (const [rule, breaksOf] of Object.entries(rules)) {
  for (const set of valueSets) {
    test(`${rule}, with ${set.name}`, async t => {
      const breaks = charts.map(async chart =>
        breaksOf(await render(chart, set), set).map(line => `${chart}: ${line}`),
      );

      t.deepEqual((await Promise.all(breaks)).flat(), []);
    });
  }
}

test('the rules above check every pod that the charts can create', async t => {
  const pods = podsOf(await render('duet', everyJob)).map(({owner}) => withoutHash(owner));

  const ofServices = services.flatMap(service => [`Deployment/${service}`, `Pod/${service}-test`]);
  const ofDatabases = servicesWithDatabase.flatMap(service => [
    `CronJob/${service}-mongodb-backup`,
    `CronJob/${service}-mongodb-restore`,
    `Job/${service}-mongodb-backup`,
    `Job/${service}-mongodb-members`,
    `Job/${service}-mongodb-setup`,
    `StatefulSet/${service}-mongodb`,
  ]);
  t.deepEqual(pods.toSorted(), [...ofServices, ...ofDatabases].toSorted());
});
