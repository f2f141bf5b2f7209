import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { explainFailure } from '../../src/core/connection/failure.ts';
import { parseArguments, type LogArgument } from '../../src/core/report/grammar.ts';
import type { GrafanaDashboard } from '../../src/core/report/grafana.ts';
import { prometheusRules } from '../../src/core/report/prometheus.ts';
import { defaultThresholds } from '../../src/core/server/finding.ts';
import { exported } from '../../src/engine/exported.ts';
import { readLog, type ReadTarget } from '../../src/engine/readLog.ts';
import { readPool } from '../../src/engine/readPool.ts';
import { assertFollowsSchema } from '../core/schemas.ts';
import { TestDirectory } from '../sources/tailWorld.ts';
import { CommandLine } from './commandLine.ts';
import { EngineWorld, ServerLines } from './engineWorld.ts';

const targetOf = (log: LogArgument): Promise<ReadTarget> => {
  assert.ok(log.kind === 'paths');
  return Promise.resolve({ place: { kind: 'files', paths: log.paths }, settings: {} });
};

/** What the command prints, in this process. */
async function textOf(...args: string[]): Promise<string> {
  const command = parseArguments(['export', ...args]);
  assert.ok(command.kind === 'export');
  const warn = (): void => undefined;
  return [...(await exported(command, { targetOf, readLog, readPool, explainFailure, warn }))].join('');
}

describe('connections export', () => {
  let directory: TestDirectory;
  let command: CommandLine;
  let path: string;
  before(() => {
    directory = new TestDirectory();
    command = new CommandLine(directory.path);
    const lines = new ServerLines();
    path = directory.write(
      'pg.log',
      lines.connect({ pid: 8 }) + lines.refuse(9) + lines.disconnect({ pid: 8 }),
    );
  });
  after(() => directory.remove());

  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await command.run(args);
    assert.deepEqual([code, stderr], [0, '']);
    return stdout;
  };

  it('writes events of a log as CSV and as JSON lines, filtered', async () => {
    const csv = await run('export', 'csv', path);
    assert.deepEqual(
      csv.split('\r\n').map((line) => line.split(',', 1)[0]),
      ['event', 'connect', 'failure', 'disconnect', ''],
    );
    const json = (await textOf('json', path, 'user=app')).trim().split('\n');
    for (const line of json) assertFollowsSchema('watch', line);
    assert.deepEqual(
      json.map((line) => (JSON.parse(line) as { event: string }).event),
      ['connect', 'disconnect'],
    );
  });

  it('writes a dashboard, rules, and panels of what a pool’s log tells', async () => {
    assert.equal((JSON.parse(await textOf('grafana')) as GrafanaDashboard).uid, 'postgres-connections');
    assert.equal(await textOf('prometheus'), prometheusRules());
    const pool = directory.write(
      'app.log',
      'Pool size: 2  Connections in pool: 0 Current Overflow: -2 Current Checked out connections: 0\n',
    );
    const panels = await textOf('panels', pool);
    assertFollowsSchema('panels', panels);
    assert.doesNotMatch(panels, /wait/);
    assert.match(await textOf('panels'), /pool\.wait_time/);
  });

  it('writes an incident note', async () => {
    const note = await run(path, '--incident', '--mask', '--window=1h');
    assert.match(
      note,
      /^# Incident note[^]*\n- Peak: 1 open session at 2026-01-05 12:00:00[^]*\| user-2 from host-1 ×1 \|\n$/,
    );
    assert.doesNotMatch(note, /bob|shop|10\.0\.0\.7|pg\.log/);
  });

  it('writes no note of a window that is over before the log begins', async () => {
    const { code, stdout, stderr } = await command.run([path, '--incident', '--until=2026-01-05T11:59:59']);
    assert.deepEqual(
      [code, stdout, stderr],
      [
        1,
        '',
        'connections: --until is before the log begins, which is at 2026-01-05 12:00:00: give a later time, or older files too.\n',
      ],
    );
  });
});

describe('the engine, asked for a file or a note', () => {
  const world = new EngineWorld();
  after(() => world.end());

  it('writes the file with the thresholds of the settings, or says why it cannot', async () => {
    const thresholds = { ...defaultThresholds, utilizationWarning: 0.55 };
    const file = world.directory.join('rules.yml');
    await world.ask('exportConfig', { format: 'prometheus', path: file, thresholds });
    assert.match(readFileSync(file, 'utf8'), />= 0\.55 or/);
    await assert.rejects(
      world.ask('exportConfig', { format: 'grafana', path: '/nowhere/x.json', thresholds }),
      /^Error: \/nowhere\/x\.json cannot be written \(ENOENT.*\): choose another place\.$/,
    );
  });

  it('tells what happened since the server was started', async () => {
    const { lines, directory } = world;
    directory.write(
      'pg.log',
      lines.refuse(7) + lines.pass(1000).start() + lines.connect({ pid: 8 }) + lines.refuse(9),
    );
    const sourceId = await world.follow('pg.log');
    const all = await world.ask('incidentNote', { sourceId, scope: 'all', masked: false });
    assert.match(all.text, /2 refused/);
    const { text } = await world.ask('incidentNote', { sourceId, scope: 'restart', masked: true });
    assert.match(text, /1 refused/);
    assert.doesNotMatch(text, /bob/);
  });
});
