import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { request } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { MetricsSwitch } from '../../src/engine/metricsSwitch.ts';
import { freePort } from '../env/freePort.ts';
import { until } from '../env/scenario/until.ts';
import { CommandLine } from './commandLine.ts';
import { EngineWorld, settings } from './engineWorld.ts';

interface Reply {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly text: string;
}

/** Asks 127.0.0.1; rejects when nobody listens. */
function ask(port: number, { path = '/metrics', method = 'GET', headers = {} } = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () =>
        resolve({ status: response.statusCode, type: response.headers['content-type'], text }),
      );
    });
    asking.on('error', reject).end();
  });
}

const openMetrics = { accept: 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5' };

/** Values by what stands before them, without the log's own label. */
async function scrape(port: number): Promise<Record<string, number>> {
  const { text } = await ask(port, { headers: openMetrics });
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const entries = lines.map((line): [string, number] => {
    const space = line.lastIndexOf(' ');
    const name = line
      .slice(0, space)
      .replace(/log="[^"]*",?/, '')
      .replace('{}', '');
    return [name.replace('pgconnections_', ''), Number(line.slice(space + 1))];
  });
  assert.equal(new Set(entries.map(([name]) => name)).size, entries.length, 'every series once');
  return Object.fromEntries(entries);
}

const listening = (port: number): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', () => resolve(server));
  });

describe('/metrics', () => {
  let world: EngineWorld;
  let port: number;
  beforeEach(async () => {
    world = new EngineWorld();
    port = await freePort();
  });
  afterEach(() => world.end());

  const write = (...texts: string[]): void => world.directory.append('pg.log', texts.join(''));
  /** Follows pg.log with /metrics. */
  const follow = (): Promise<string> => world.follow('pg.log', undefined, { metricsPort: port });
  const configure = (metricsPort: number): Promise<undefined> =>
    world.ask('configure', { settings: { ...settings, metricsPort } });
  const becomes = (series: string, value: number): Promise<true> =>
    until(`${series} is ${value}`, async () => (await scrape(port))[series] === value || undefined);

  it('is served while its port is set, and to nobody after it is 0, or the window is closed', async () => {
    write(world.lines.start());
    await world.follow('pg.log');
    await assert.rejects(ask(port), /ECONNREFUSED/);
    await configure(port);
    assert.equal((await ask(port)).status, 200);
    await configure(0);
    await assert.rejects(ask(port), /ECONNREFUSED/);
    await configure(port);
    assert.equal((await ask(port)).status, 200);
    await world.engine.close();
    await assert.rejects(ask(port), /ECONNREFUSED/);
  });

  it('answers GET of /metrics to who asks for this machine, and nothing else', async () => {
    write(world.lines.start());
    await follow();
    const reply = await ask(port);
    assert.deepEqual([reply.status, reply.type], [200, 'text/plain; version=0.0.4; charset=utf-8']);
    const open = await ask(port, { headers: openMetrics });
    assert.match(open.type ?? '', /^application\/openmetrics-text; version=1\.0\.0/);
    assert.match(open.text, /\n# EOF\n$/);
    for (const host of ['localhost', `localhost:${port}`, `127.0.0.1:${port}`, '[::1]:1'])
      assert.equal((await ask(port, { headers: { host } })).status, 200, host);
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', 'localhost@evil'])
      assert.equal((await ask(port, { headers: { host } })).status, 403, host);
    assert.equal((await ask(port, { method: 'POST' })).status, 405);
    assert.equal((await ask(port, { path: '/' })).status, 404);
  });

  it('counts what happens since the log is followed, and never less: not after Clear, nor through a filter', async () => {
    const { lines } = world;
    write(lines.start(), lines.connect({ pid: 8 }), lines.refuse(9));
    const sourceId = await follow();
    const before = await scrape(port);
    assert.deepEqual(
      [before['connects_total'], before['refused_logins_total'], before['open_sessions{database="shop"}']],
      [0, 0, 1],
    );
    write(lines.connect({ pid: 10 }), lines.disconnect({ pid: 8 }), lines.refuse(11));
    await becomes('connects_total', 1);
    await becomes('refused_logins_by_kind_total{kind="password"}', 1);
    await world.ask('clear', { sourceId });
    const filter = { database: ['none'], user: [], application: [], host: [] };
    await world.ask('setFilter', { sourceId, filter });
    write(lines.connect({ pid: 12 }), lines.line(12, 'FATAL:  database "shop" does not exist'));
    await becomes('refused_logins_total', 2);
    const after = await scrape(port);
    assert.deepEqual(
      [after['connects_total'], after['disconnects_total'], after['open_sessions{database="shop"}']],
      [1, 1, 1],
    );
  });

  it('has a bounded number of series, whatever the names are', async () => {
    const { lines } = world;
    write(lines.start());
    await follow();
    const names = Array.from({ length: 60 }, (_, index) => `tenant_${index}`);
    const strange = ['a"b', 'c\\d', 'é', 'x'.repeat(300), 'other', 'unknown'];
    write(
      ...[...names, ...strange, 'a"b'].map((database, index) =>
        lines.connect({ pid: 100 + index, database }),
      ),
    );
    await becomes('connects_total', 67);
    const series = Object.entries(await scrape(port)).filter(([name]) => name.startsWith('open_sessions{'));
    assert.ok(series.length <= 21, String(series.length));
    assert.equal(
      series.reduce((sum, [, value]) => sum + value, 0),
      67,
    );
    assert.deepEqual(series[0], ['open_sessions{database="a\\"b"}', 2]);
    assert.ok(series.every(([name]) => name.length < 200));
  });

  it('says in one sentence that its port is taken', async () => {
    const other = await listening(port);
    try {
      write(world.lines.start());
      const sourceId = await follow();
      const sentence = `Port ${port} for /metrics is taken by another program or another window: choose another port.`;
      await configure(port);
      const logged = world.told.flatMap((told) => (told.type === 'log' ? [told.text] : []));
      assert.deepEqual(logged, [sentence]);
      const { text } = await world.ask('statusText', { sourceId });
      assert.ok(text.includes(`- /metrics: ${sentence}`), text);
      const command = new CommandLine(world.directory.path);
      const path = world.directory.join('pg.log');
      assert.deepEqual(await command.run([path, '--watch', `--metrics=${port}`]), {
        code: 1,
        stdout: '',
        stderr: `connections: ${sentence}\n`,
      });
    } finally {
      other.close();
    }
  });

  it('is served by another window when the one that had the port is closed', async () => {
    const windows = [0, 1].map(
      () =>
        new MetricsSwitch(
          () => [],
          () => undefined,
          20,
        ),
    );
    try {
      for (const window of windows) await window.set(port);
      assert.deepEqual(
        windows.map(({ trouble }) => trouble !== undefined),
        [false, true],
      );
      await windows[0]?.close();
      await until('the other has it', () => windows[1]?.trouble === undefined || undefined);
      assert.equal((await ask(port)).status, 200);
    } finally {
      for (const window of windows) await window.close();
    }
    await assert.rejects(ask(port), /ECONNREFUSED/);
  });

  it('is served on the port that was set last, also where the one before is taken', async () => {
    const taken = await freePort();
    const other = await listening(taken);
    const metrics = new MetricsSwitch(
      () => [],
      () => undefined,
      20,
    );
    try {
      const first = metrics.set(taken);
      // until it is being opened, which is refused in a later turn
      for (let step = 0; step < 20; step += 1) await Promise.resolve();
      await Promise.all([first, metrics.set(port)]);
      await delay(100); // longer than it would take to try the first one again
      assert.deepEqual([metrics.trouble, (await ask(port)).status], [undefined, 200]);
      await metrics.close();
      await assert.rejects(ask(port), /ECONNREFUSED/);
    } finally {
      other.close();
    }
  });

  it('is served on where a connection cannot be accepted, as for want of file descriptors', async () => {
    write(world.lines.start());
    await follow();
    await configure(port);
    let server: Server | undefined;
    const accepted = (message: unknown): void => {
      server = (message as { socket: Socket & { server: Server } }).socket.server;
    };
    subscribe('net.server.socket', accepted);
    await ask(port);
    unsubscribe('net.server.socket', accepted);
    // as Node tells of it (lib/net.js, onconnection)
    for (let turn = 0; turn < 2; turn += 1) server?.emit('error', new Error('accept EMFILE'));
    assert.equal((await ask(port)).status, 200);
  });

  it('is served by the terminal while it watches', async () => {
    const { lines } = world;
    write(lines.start(), lines.connect({ pid: 8 }));
    const command = new CommandLine(world.directory.path);
    const path = world.directory.join('pg.log');
    const watching = command.start([path, '--watch', '--metrics', String(port)]);
    await watching.lines(1);
    write(lines.connect({ pid: 9 }), lines.disconnect({ pid: 8 }));
    await watching.lines(3);
    await becomes('connects_total', 1);
    const now = await scrape(port);
    assert.deepEqual([now['disconnects_total'], now['open_sessions{database="shop"}']], [1, 1]);
    watching.child.kill('SIGINT');
    assert.equal((await watching.ended).code, 0);
    await assert.rejects(ask(port), /ECONNREFUSED/);
  });
});
