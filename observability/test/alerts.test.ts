import {readFile} from 'node:fs/promises';
import test from 'ava';
import {serviceNames} from '../../tools/services.ts';
import {casesOf} from '../alert-tests.ts';
import {everyAlertOf, RUNBOOK} from '../rules.ts';

const names = new Set(serviceNames.flatMap(everyAlertOf).map(({alert}) => alert));

test('every alert has a section in the runbook, and every section an alert', async t => {
  const runbook = await readFile(RUNBOOK, 'utf8');
  const paragraphs = [...runbook.matchAll(/^## (\w+)\n\n\S/gmu)].map(([, name = '']) => name);

  t.deepEqual(paragraphs.toSorted(), [...names].toSorted());
});

for (const service of serviceNames) {
  test(`every alert of ${service} has a case in which it fires and one in which it is silent`, t => {
    for (const {alert} of everyAlertOf(service)) {
      const cases = casesOf(service);
      t.true(
        cases.some(({name, firing}) => name.startsWith(`${alert} fires `) && firing.includes(alert)),
        alert,
      );
      t.true(
        cases.some(({name, firing}) => name.startsWith(`${alert} is silent `) && !firing.includes(alert)),
        alert,
      );
    }
  });
}
