import { dashboardRows, type PanelPlan } from './grafanaPanels.ts';
import { type AlertThresholds, defaultAlertThresholds } from './prometheus.ts';

/** What Grafana imports: its classic JSON model (documentation, *Dashboard JSON model*), which every version from 9 on reads. */
export interface GrafanaDashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly object[] };
  readonly panels: readonly object[];
  readonly [more: string]: unknown;
}

/** The model's version that Grafana 9 wrote; newer ones migrate it as they read it. */
const schemaVersion = 37;
const datasource = { type: 'prometheus', uid: '${datasource}' };
const columns = 24;
const rowHeight = 1;

/**
 * A dashboard for what postgres_exporter, pgbouncer_exporter and our own /metrics tell, with the thresholds in use as its
 * lines. Where the figures come from is chosen in it: data source and instances are variables.
 */
export function grafanaDashboard(thresholds: AlertThresholds = defaultAlertThresholds): GrafanaDashboard {
  return {
    uid: 'postgres-connections',
    title: 'PostgreSQL connections',
    description:
      'Who is connected to PostgreSQL, who waits and who is turned away: postgres_exporter, pgbouncer_exporter, and /metrics of PostgreSQL Connections.',
    tags: ['postgresql', 'pgbouncer', 'connections'],
    editable: true,
    graphTooltip: 1,
    schemaVersion,
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    refresh: '30s',
    annotations: { list: [] },
    templating: { list: variables },
    panels: placed(thresholds),
  };
}

/** Asks a metric that each of the exporters always has for those that are scraped. */
function instanceVariable(name: string, label: string, metric: string): object {
  const query = `label_values(${metric}, instance)`;
  return {
    ...{ name, label, type: 'query', datasource, query: { query, refId: name } },
    ...{ refresh: 2, sort: 1, multi: true, includeAll: true, allValue: '.*' },
    current: { selected: true, text: ['All'], value: ['$__all'] },
  };
}

const variables = [
  { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', refresh: 1 },
  instanceVariable('instance', 'PostgreSQL', 'pg_up'),
  instanceVariable('pooler', 'PgBouncer', 'pgbouncer_up'),
  instanceVariable('log', 'Log', 'pgconnections_log_following'),
];

/** Panels in rows, side by side, numbered. */
function placed(thresholds: AlertThresholds): object[] {
  const panels: object[] = [];
  let y = 0;
  for (const { title, panels: plans } of dashboardRows(thresholds)) {
    const gridPos = { h: rowHeight, w: columns, x: 0, y };
    panels.push({ id: panels.length + 1, type: 'row', title, collapsed: false, gridPos, panels: [] });
    y += rowHeight;
    let x = 0;
    let height = 0;
    for (const plan of plans) {
      if (x + plan.width > columns) {
        y += height;
        x = height = 0;
      }
      panels.push(panelOf(plan, panels.length + 1, { h: plan.height, w: plan.width, x, y }));
      x += plan.width;
      height = Math.max(height, plan.height);
    }
    y += height;
  }
  return panels;
}

function panelOf(
  { title, description, unit, questions, steps, stacked }: PanelPlan,
  id: number,
  gridPos: object,
): object {
  return {
    ...{ id, type: 'timeseries', title, description, datasource, gridPos },
    targets: questions.map(({ expr, legend }, index) => ({
      ...{ datasource, refId: String.fromCharCode(65 + index), expr, legendFormat: legend },
      ...{ editorMode: 'code', range: true },
    })),
    fieldConfig: {
      defaults: {
        ...{ unit, min: 0, color: { mode: 'palette-classic' } },
        custom: {
          ...{ drawStyle: 'line', lineInterpolation: 'stepAfter', fillOpacity: stacked ? 30 : 0 },
          ...{ stacking: { mode: stacked ? 'normal' : 'none', group: 'A' }, showPoints: 'never' },
          thresholdsStyle: { mode: steps.length > 0 ? 'line' : 'off' },
        },
        thresholds: {
          mode: 'absolute',
          steps: [{ color: 'green', value: null }, ...steps],
        },
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}
