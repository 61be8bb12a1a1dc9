import test from 'ava';
import {serviceNames} from '../../tools/services.ts';
import {dashboardQueriesOf, everyQueryOf} from '../queries.ts';
import {recordsOf} from '../objectives.ts';
import {rowsOf} from '../dashboards.ts';
import {measuredBy, type Series} from './series.ts';

type Matcher = {label: string; operator: string; value: string};
type Selector = {text: string; name: string; matchers: Matcher[]};

const selectorsIn = (query: string): Selector[] =>
  [...query.matchAll(/([a-z_:][\w:]*)\{([^}]*)\}/giu)].map(([text, name = '', inner = '']) => ({
    text,
    name,
    matchers: [...inner.matchAll(/(\w+)(=~|!=|=)"([^"]*)"/gu)].map(([, label = '', operator = '', value = '']) => ({
      label,
      operator,
      value,
    })),
  }));

/** Labels of the target, which Prometheus adds. */
const OF_THE_TARGET = new Set(['job', 'namespace', 'instance']);

// Metrics of Prometheus itself and of kube-state-metrics.
const FOREIGN = /^(?:up|kube_\w+)$/u;

function finds({matchers}: Selector, {labels}: Series): boolean {
  return matchers
    .filter(({label}) => !OF_THE_TARGET.has(label))
    .every(({label, operator, value}) => {
      const actual = labels[label] ?? '';
      return operator === '=~'
        ? new RegExp(`^(?:${value})$`, 'u').test(actual)
        : (actual === value) === (operator === '=');
    });
}

for (const service of serviceNames) {
  const recorded = new Set(recordsOf(service).map(({record}) => record));
  const selectors = everyQueryOf(service)
    .flatMap(selectorsIn)
    .filter(({name}) => !FOREIGN.test(name) && !recorded.has(name));

  test(`every metric in a query about ${service} exists in ${service}`, async t => {
    const {names} = await measuredBy(service);

    t.true(selectors.length > 50);
    t.deepEqual(
      selectors.filter(({name}) => !names.has(name)).map(({name}) => name),
      [],
    );
  });

  test(`every selector in a query about ${service} finds a series`, async t => {
    const {series} = await measuredBy(service);
    // Garbage collection may not have run yet.
    const others = selectors.filter(({name}) => !name.startsWith('nodejs_gc'));
    const blind = others.filter(selector => !series.some(each => each.name === selector.name && finds(selector, each)));

    t.deepEqual(
      blind.map(({text}) => text),
      [],
    );
  });

  test(`every query about ${service} groups by existing labels and selects ${service} only`, async t => {
    const {series} = await measuredBy(service);
    const labels = new Set([...OF_THE_TARGET, ...series.flatMap(each => Object.keys(each.labels))]);

    for (const query of everyQueryOf(service)) {
      const by = [...query.matchAll(/by \(([^)]*)\)/gu)].flatMap(([, names = '']) => names.split(', '));
      t.deepEqual(
        by.filter(label => !labels.has(label)),
        [],
        query,
      );
      for (const {text, name} of selectorsIn(query)) {
        t.true(text.includes(name.startsWith('kube_') ? `cronjob="${service}-` : `job="${service}"`), text);
      }
    }
  });

  test(`every legend of ${service} names labels that its query keeps`, t => {
    const queries = rowsOf(service).flatMap(({panels}) => panels.flatMap(panel => panel.queries));

    t.is(queries.length, dashboardQueriesOf(service).length);
    for (const {expr, legend} of queries) {
      const names = [...legend.matchAll(/\{\{(\w+)\}\}/gu)].map(([, label = '']) => label);
      const [, by = ''] = /by \(([^)]*)\)/u.exec(expr) ?? [];
      const kept = by.split(', ').filter(label => label !== '' && label !== 'le');
      const isAggregated = /\b(?:sum|max)\b/u.test(expr);
      t.deepEqual(names.toSorted(), isAggregated ? kept.toSorted() : ['instance'], expr);
    }
  });
}
