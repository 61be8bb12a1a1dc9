/** A graph of one or more queries; the unit is one of Grafana's. */
export type Panel = {title: string; unit: Unit; queries: Query[]};
export type Query = {expr: string; legend: string; exemplar?: true};
export type Row = {title: string; panels: Panel[]};

type Unit = 'short' | 'reqps' | 'ops' | 'percentunit' | 's' | 'bytes' | 'bool';

export const panel = (title: string, unit: Unit, ...queries: Query[]): Panel => ({title, unit, queries});

/** A dashboard for Grafana 10 and later, with variables for the Prometheus data source and the namespace. */
export const dashboard = (service: string, rows: Row[]): object => ({
  uid: `duet-${service}`,
  title: `Duet: ${service}`,
  tags: ['duet'],
  schemaVersion: 39,
  refresh: '10s',
  time: {from: 'now-1h', to: 'now'},
  graphTooltip: 1,
  templating: {list: [datasourceVariable, namespaceVariable(service)]},
  panels: layOut(rows),
});

const DATASOURCE = {type: 'prometheus', uid: '${datasource}'};

const datasourceVariable = {name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus'};

const namespaceVariable = (service: string): object => ({
  name: 'namespace',
  label: 'Namespace',
  type: 'query',
  datasource: DATASOURCE,
  query: {query: `label_values(up{job="${service}"}, namespace)`, refId: 'namespace'},
  refresh: 2,
  includeAll: true,
  // Series from a Prometheus for a single namespace may lack this label.
  allValue: '.*',
  current: {text: 'All', value: '$__all'},
});

const COLUMNS = 24;
const HEIGHT = 7;

/** Places rows below each other, and the panels of a row in lines of three or four. */
function layOut(rows: Row[]): object[] {
  const placed: object[] = [];
  let y = 0;
  for (const {title, panels} of rows) {
    const perLine = panels.length % 3 === 0 ? 3 : 4;
    const w = COLUMNS / perLine;
    placed.push({
      id: placed.length + 1,
      type: 'row',
      title,
      collapsed: false,
      gridPos: {x: 0, y, w: COLUMNS, h: 1},
      panels: [],
    });
    for (const [index, panel] of panels.entries()) {
      const line = Math.floor(index / perLine);
      const gridPos = {x: (index % perLine) * w, y: y + 1 + line * HEIGHT, w, h: HEIGHT};
      placed.push({id: placed.length + 1, ...graph(panel), gridPos});
    }
    y += 1 + Math.ceil(panels.length / perLine) * HEIGHT;
  }
  return placed;
}

const graph = ({title, unit, queries}: Panel): object => ({
  type: 'timeseries',
  title,
  datasource: DATASOURCE,
  fieldConfig: {defaults: {unit, min: 0}, overrides: []},
  targets: queries.map(({legend, ...query}, index) => ({refId: 'ABCDEF'[index], legendFormat: legend, ...query})),
});
