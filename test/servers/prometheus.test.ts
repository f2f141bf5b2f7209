import assert from 'node:assert/strict';
import { defaultAlertThresholds, prometheusRules } from '../../src/core/report/prometheus.ts';
import { EngineWorld } from '../engine/engineWorld.ts';
import { freePort } from '../env/freePort.ts';
import { checkRules, hasPrometheus, Prometheus } from '../env/prometheus.ts';
import { until } from '../env/scenario/until.ts';

/** Two refused logins within three seconds are an alert. */
const rules = prometheusRules(
  { ...defaultAlertThresholds, refusedLogins: 2 },
  { forSeconds: 0.5, windowSeconds: 3, intervalSeconds: 0.5 },
);

describe('a real Prometheus', () => {
  let world: EngineWorld;
  let prometheus: Prometheus | undefined;
  let sourceId: string;

  before(async function () {
    if (!hasPrometheus()) return this.skip();
    world = new EngineWorld();
    world.directory.append('pg.log', world.lines.start() + world.lines.connect({ pid: 9, database: 'old' }));
    const metricsPort = await freePort();
    sourceId = await world.follow('pg.log', undefined, { metricsPort });
    prometheus = await Prometheus.start(`127.0.0.1:${metricsPort}`, rules);
  });
  after(async () => {
    await prometheus?.dispose();
    await (world as EngineWorld | undefined)?.end();
  });

  const write = (...texts: string[]): void => world.directory.append('pg.log', texts.join(''));
  const query = (expression: string): Promise<Record<string, number>> => prometheus!.query(expression);
  const becomes = (expression: string, expected: Record<string, number>): Promise<unknown> =>
    until(`${expression} is ${JSON.stringify(expected)}`, async () => {
      const now = await query(expression);
      return JSON.stringify(now) === JSON.stringify(expected) ? true : undefined;
    });
  const firing = async (): Promise<string[]> =>
    (await prometheus!.alerts()).flatMap(({ labels, state }) =>
      state === 'firing' ? [labels['alertname'] ?? ''] : [],
    );

  it('finds nothing wrong with the rules', () => {
    for (const text of [rules, prometheusRules()]) {
      assert.match(checkRules(world.directory.write('rules.yml', text)), /SUCCESS: 16 rules found/);
    }
  });

  it('scrapes /metrics, and has the engine’s values', async () => {
    await becomes('up', { '': 1 });
    await becomes('pgconnections_connects_total', { '': 0 });
    const { lines } = world;
    write(
      lines.connect({ pid: 10 }),
      lines.connect({ pid: 11, database: 'my "db"\\' }),
      lines.walsender(12),
      lines.disconnect({ pid: 10 }),
    );
    await becomes('pgconnections_connects_total', { '': 2 });
    const { groups } = await world.ask('groups', { sourceId, dimension: 'database', limit: 10 });
    const counts = Object.fromEntries(groups.map(({ name, count }) => [name ?? 'unknown', count]));
    assert.deepEqual(counts, { old: 1, 'my "db"\\': 1 });
    assert.deepEqual(await query('pgconnections_open_sessions'), counts);
    assert.deepEqual(await query('pgconnections_client_sessions'), { '': 2 });
    assert.deepEqual(await query('pgconnections_disconnects_total'), { '': 1 });
    assert.deepEqual(await query('pgconnections_replication_sessions'), { '': 1 });
    assert.deepEqual(await query('pgconnections_log_following'), { '': 1 });
  });

  it('loads the rules, fires an alert when logins are refused, and resolves it', async () => {
    assert.deepEqual(await firing(), []);
    write(world.lines.refuse(20), world.lines.refuse(21), world.lines.refuse(22));
    await until('the alert fires', async () =>
      (await firing()).includes('PostgresLoginsRefused') ? true : undefined,
    );
    const [alert] = await prometheus!.alerts();
    assert.match(alert?.annotations['summary'] ?? '', /pg\.log refused \S+ logins within 3 s$/);
    assert.deepEqual(await query('pgconnections_refused_logins_by_kind_total'), {
      password: 3,
      tooManyClients: 0,
      reservedSlots: 0,
      tooManyConnections: 0,
    });
    await until('the alert is resolved', async () => ((await firing()).length === 0 ? true : undefined));
    const loaded = await prometheus!.rules();
    assert.equal(loaded.length, 16);
    assert.deepEqual(
      loaded.filter(({ health }) => health !== 'ok'),
      [],
    );
  });
});
