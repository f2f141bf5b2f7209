import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { grafanaDashboard } from '../../src/core/report/grafana.ts';
import { jsonText } from '../../src/core/report/jsonText.ts';
import { defaultAlertThresholds, prometheusRules } from '../../src/core/report/prometheus.ts';
import { checkout } from '../env/checkout.ts';

const dashboard = grafanaDashboard();
const types = join(
  checkout,
  'test/env/node_modules/@grafana/schema/dist/types/raw/dashboard/x/types.gen.d.ts',
);

interface Target {
  readonly expr: string;
  readonly refId: string;
}
interface AnyPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly targets?: readonly Target[];
}
const panels = dashboard.panels as readonly AnyPanel[];
const questions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/**
 * Grafana's published schema of a dashboard as TypeScript, with its enumerations as the values that JSON has: names that
 * it does not know, and values of another type, do not compile.
 */
function schema(): string {
  return readFileSync(types, 'utf8').replace(
    /export declare enum (\w+) \{([^}]*)\}/gs,
    (_, name: string, body: string) => {
      const values = [...body.matchAll(/= ("[^"]*"|\d+)/g)].map(([, value]) => value);
      return `export type ${name} = ${values.join(' | ')};`;
    },
  );
}

/** What is wrong with each of some dashboards by Grafana's schema. */
function problems(documents: readonly string[]): string[] {
  const sources = new Map([['/schema.d.ts', schema()]]);
  const names = documents.map((_, index) => `/dashboard${index}.ts`);
  documents.forEach((document, index) =>
    sources.set(
      names[index]!,
      `import type { Dashboard } from './schema';\nexport const it: Dashboard = ${document};\n`,
    ),
  );
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, lib: ['lib.es5.d.ts'], types: [] },
    ...{
      skipLibCheck: true,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    },
  };
  const host = ts.createCompilerHost(options);
  const onDisk = ts.createCompilerHost(options);
  host.fileExists = (path) => sources.has(path) || onDisk.fileExists(path);
  host.readFile = (path) => sources.get(path) ?? readFileSync(path, 'utf8');
  host.getSourceFile = (path, target, ...more) => {
    const text = sources.get(path);
    return text === undefined
      ? onDisk.getSourceFile(path, target, ...more)
      : ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
  };
  const program = ts.createProgram(names, options, host);
  return names.map((name) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(name))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
      .join('\n'),
  );
}

describe('the Grafana dashboard', () => {
  it('is valid by Grafana’s published schema, which refuses one that is not', () => {
    const text = jsonText(dashboard, 2);
    const [none, misspelt, ofAnotherMode] = problems([
      text,
      text.replace('"schemaVersion"', '"schemaVersions"'),
      text.replace('"absolute"', '"relative"'),
    ]);
    assert.equal(none, '');
    assert.match(misspelt ?? '', /schemaVersions/);
    assert.match(ofAnotherMode ?? '', /relative/);
  });

  it('has panels that do not overlap, with numbers and letters of their own', () => {
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    const cells = new Set<string>();
    for (const {
      gridPos: { x, y, w, h },
      title,
    } of panels)
      for (let column = x; column < x + w; column += 1)
        for (let row = y; row < y + h; row += 1) {
          assert.ok(column < 24 && !cells.has(`${column} ${row}`), title);
          cells.add(`${column} ${row}`);
        }
    for (const { targets = [] } of panels)
      assert.deepEqual(
        targets.map(({ refId }) => refId),
        ['A', 'B', 'C'].slice(0, targets.length),
      );
  });

  it('chooses data source and instances by variables, in every question', () => {
    const names = (dashboard.templating.list as readonly { readonly name: string }[]).map(({ name }) => name);
    assert.deepEqual(names, ['datasource', 'instance', 'pooler', 'log']);
    for (const question of questions) assert.match(question, /instance=~'\$(?:instance|pooler|log)'/);
    const sources = [...jsonText(dashboard).matchAll(/"uid":"([^"]*)"/g)].map(([, uid]) => uid);
    assert.deepEqual([...new Set(sources)], ['postgres-connections', '${datasource}']);
  });
});

/** What the exporters export, as their sources tell (postgres_exporter: queries.go, collector/; pgbouncer_exporter: collector.go). */
const exported = new Set([
  ...['pg_up', 'pg_stat_activity_count', 'pg_stat_activity_max_tx_duration', 'pg_settings_max_connections'],
  ...['pg_settings_superuser_reserved_connections', 'pg_settings_reserved_connections'],
  ...['pgbouncer_up', 'pgbouncer_used_clients', 'pgbouncer_config_max_client_connections'],
  ...['pgbouncer_pools_client_waiting_connections', 'pgbouncer_pools_client_maxwait_seconds'],
  ...['active', 'idle', 'used'].map((state) => `pgbouncer_pools_server_${state}_connections`),
]);

describe('the questions to Prometheus', () => {
  it('are about metrics that exist', () => {
    const all = [...questions, prometheusRules()].join('\n');
    const foreign = [...all.matchAll(/\bpg(?:bouncer)?_(?!exporter)[a-z_]+/g)].map(([name]) => name);
    const unknown = foreign.filter((name) => !exported.has(name) && !name.startsWith('pgbouncer_stats'));
    assert.deepEqual(unknown, []);
  });

  it('have the thresholds in use', () => {
    const server = {
      ...defaultAlertThresholds.server,
      utilizationCritical: 0.85,
      idleInTransactionMinutes: 7,
    };
    const pooler = { ...defaultAlertThresholds.pooler, maxWaitSeconds: 3 };
    const rules = prometheusRules({ ...defaultAlertThresholds, server, pooler, refusedLogins: 4 });
    for (const part of ['>= 0.85', '85 %', '> 420', 'maxwait_seconds) > 3', '>= 4"'])
      assert.ok(rules.includes(part), part);
    const lines = jsonText(grafanaDashboard({ ...defaultAlertThresholds, server, pooler }));
    for (const part of ['"value":0.85', '"value":420', '"value":3}']) assert.ok(lines.includes(part), part);
  });
});
