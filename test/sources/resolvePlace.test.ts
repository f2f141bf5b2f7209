import assert from 'node:assert/strict';
import { chmodSync, symlinkSync, utimesSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { globExpression } from '../../src/sources/discovery/glob.ts';
import type { LogSpan, SpanOf } from '../../src/sources/discovery/consecutiveLogs.ts';
import { resolvePlace, resolvePlaces } from '../../src/sources/discovery/resolvePlace.ts';
import { asOrdinaryUser, PlacesTree } from './placesTree.ts';

describe('a log that the user names', () => {
  let tree: PlacesTree;
  beforeEach(() => (tree = new PlacesTree()));
  afterEach(() => tree.remove());

  const resolve = (name: string) => resolvePlace(name, tree.places(), tree.root);
  const fails = (name: string, message: RegExp) =>
    assert.rejects(resolve(name), { name: /^(?:SentenceError|UsageError)$/, message });
  const files = (...names: string[]) => ({ kind: 'files', paths: names.map((name) => tree.path(name)) });
  const touch = (modifiedAt: number, ...names: string[]) => {
    for (const name of names) {
      tree.write({ [name]: '' });
      utimesSync(tree.path(name), modifiedAt, modifiedAt);
    }
  };

  it('is a file, from the home folder, from here or absolute', async () => {
    touch(5, 'home/a.log', 'b.csv.1.gz');
    const log = await resolve('~/a.log');
    assert.deepEqual(log, {
      kind: 'path',
      id: tree.path('home/a.log'),
      place: { kind: 'files', paths: [tree.path('home/a.log')] },
      path: tree.path('home/a.log'),
      format: undefined,
      logModifiedAt: 5000,
      running: false,
      settings: {},
      connectionLogging: 'unknown',
    });
    assert.equal((await resolve('b.csv.1.gz')).format, 'csv');
    assert.equal((await resolve(tree.path('home/a.log'))).id, log.id);
  });

  it('is a directory with the log of one server, pgbouncer.log aside', async () => {
    touch(
      5,
      'logs/postgresql-15-main.log',
      'logs/postgresql-15-main.log.1',
      'logs/pgbouncer.log',
      'logs/notes.txt',
    );
    const log = await resolve('logs');
    assert.deepEqual(log.place, {
      kind: 'directory',
      directory: tree.path('logs'),
      stem: 'postgresql-15-main.log',
    });
    assert.deepEqual([log.format, log.path], ['stderr', tree.path('logs/postgresql-15-main.log')]);
  });

  it('is a data directory, or its log directory, with the settings of that server', async () => {
    tree.cluster('data', 16, {
      'postgresql.conf': "logging_collector = on\nlog_line_prefix = '%p '\nlog_destination = csvlog\n",
    });
    touch(5, 'data/log/postgresql-2026-11-20_101112.csv');
    for (const name of ['data', 'data/log', 'data/log/postgresql-2026-11-20_101112.csv']) {
      const log = await resolve(name);
      assert.deepEqual(
        [log.format, log.settings.logLinePrefix, log.majorVersion, log.kind],
        ['csv', '%p ', 16, 'path'],
        name,
      );
      assert.equal(log.dataDirectory, tree.path('data'));
    }
  });

  it('is a glob: the directory, of the richest format what it matches', async () => {
    touch(2, 'logs/pg-2026-11-19.log', 'logs/pg-2026-11-19.csv');
    touch(3, 'logs/pg-2026-11-20.log', 'logs/pg-2026-11-20.csv');
    const directory = tree.path('logs');
    for (const glob of ['logs/pg-*', 'l*/pg-2026-11-[12]?.*', 'logs/*.csv']) {
      const { place, path, format, logModifiedAt } = await resolve(glob);
      const pattern = basename(glob);
      assert.deepEqual(place, { kind: 'directory', directory, stem: 'pg-*.csv', pattern }, glob);
      assert.deepEqual([path, format, logModifiedAt], [tree.path(glob), 'csv', 3000], glob);
    }
  });

  it('is a glob that matches turns of one file: these, oldest first', async () => {
    touch(5, 'pg.log', 'pg.log.1', 'pg.log.2.gz');
    assert.deepEqual((await resolve('pg.log*')).place, files('pg.log.2.gz', 'pg.log.1', 'pg.log'));
  });

  describe('is several files:', () => {
    const placeOf = async (...names: string[]) =>
      (await resolvePlaces(names, tree.places(), tree.root)).place;

    it('in rotation order, whichever order they are named in', async () => {
      touch(5, 'pg.log', 'pg.log.1', 'pg.log.2.gz');
      const ordered = files('pg.log.2.gz', 'pg.log.1', 'pg.log');
      assert.deepEqual(await placeOf('pg.log', 'pg.log.1', 'pg.log.2.gz'), ordered);
      assert.deepEqual(await placeOf('pg.log.2.gz', 'pg.log.1', 'pg.log'), ordered);
      assert.deepEqual(await placeOf('pg.log', 'pg.log.?', 'pg.log.*'), ordered);
    });

    it('of a ring the one that was written last is last', async () => {
      touch(2, 'pg-30.log');
      touch(3, 'pg-01.log');
      assert.deepEqual(await placeOf('pg-01.log', 'pg-30.log'), files('pg-30.log', 'pg-01.log'));
    });

    it('a quoted glob among them is its files', async () => {
      touch(2, 'old/pg-2026-11-19.log');
      touch(3, 'pg-2026-11-20.log');
      const ordered = files('old/pg-2026-11-19.log', 'pg-2026-11-20.log');
      assert.deepEqual(await placeOf('old/pg-*.log', 'pg-2026-11-20.log'), ordered);
    });

    it('as they are named where rotation tells nothing: formats, other endings, other directories', async () => {
      touch(3, 'pg.csv', 'pg.log.old', 'b/x.log');
      touch(2, 'pg.log', 'a/y.log');
      for (const names of [
        ['pg.csv', 'pg.log'],
        ['pg.log', 'pg.csv'],
        ['pg.log.old', 'pg.log'],
        ['b/x.log', 'a/y.log'],
      ])
        assert.deepEqual(await placeOf(...names), files(...names));
    });

    it('of one server, pgbouncer.log aside', async () => {
      touch(5, 'postgresql-15-main.log', 'postgresql-17-main.log', 'pgbouncer.log');
      await assert.rejects(placeOf('postgresql-15-main.log', 'postgresql-17-main.log'), {
        name: 'UsageError',
        message: `${tree.root} holds the logs of 2 servers: name one of them (postgresql-15-main.log, postgresql-17-main.log).`,
      });
      const place = await placeOf('pgbouncer.log', 'postgresql-15-main.log');
      assert.deepEqual(place, files('postgresql-15-main.log'));
      touch(5, 'pgbouncer-2.log');
      await assert.rejects(placeOf('pgbouncer.log', 'pgbouncer-2.log'), /holds the logs of 2 servers/);
    });

    describe('of different names, as their lines tell', () => {
      const span = (from: number, to: number, more: Partial<LogSpan> = {}): LogSpan => ({
        ...{ fromAt: from * 60_000, toAt: to * 60_000, program: 'PostgreSQL' },
        ...{ format: 'stderr', majorVersion: undefined },
        ...more,
      });
      /** What the files tell; undefined = of no connection. */
      type Spans = Readonly<Record<string, LogSpan | undefined>>;
      const spanIn =
        (spans: Spans): SpanOf =>
        ([path = '']) =>
          Promise.resolve(spans[relative(tree.root, path)]);
      const placed = async (spans: Spans, ...names: string[]) => {
        for (const name of Object.keys(spans)) tree.write({ [name]: 'a line\n' });
        return (await resolvePlaces(names, tree.places(), tree.root, spanIn(spans))).place;
      };
      const both = { 'old.log': span(1, 2), 'new.log': span(2, 3) };

      it('in the order of their times, whatever they are called', async () => {
        for (const names of [['old.log', 'new.log'], ['new.log', 'old.log'], ['*.log']])
          assert.deepEqual(await placed(both, ...names), files('old.log', 'new.log'), names.join(' '));
        const renamed = { 'pg.log.1': span(3, 4), 'postgresql-Mon.log': span(1, 3), 'a/pg.log': span(4, 5) };
        const ordered = files('postgresql-Mon.log', 'pg.log.1', 'a/pg.log');
        assert.deepEqual(await placed(renamed, ...Object.keys(renamed)), ordered);
      });

      it('one that tells of no connection is where it was written', async () => {
        const spans = { ...both, 'quiet.log': undefined };
        const placedAt = async (modifiedAt: number) => {
          for (const [name, at] of Object.entries({ 'old.log': 2, 'new.log': 3, 'quiet.log': modifiedAt })) {
            tree.write({ [name]: 'a line\n' });
            utimesSync(tree.path(name), at, at);
          }
          const names = ['quiet.log', 'new.log', 'old.log'];
          const { place } = await resolvePlaces(names, tree.places(), tree.root, spanIn(spans));
          return place;
        };
        assert.deepEqual(await placedAt(4), files('old.log', 'new.log', 'quiet.log'));
        assert.deepEqual(await placedAt(1), files('quiet.log', 'old.log', 'new.log'));
      });

      it('refused where they were written at the same time, by two versions or programs, or tell no times', async () => {
        for (const other of [
          span(1.5, 4),
          span(0, 1.5),
          span(0, 9),
          span(3, 4, { majorVersion: '17' }),
          span(3, 4, { program: 'PgBouncer' }),
          span(3, 4, { fromAt: undefined, toAt: undefined }),
        ]) {
          const spans = { 'old.log': span(1, 2, { majorVersion: '16' }), 'new.log': other };
          for (const names of [['old.log', 'new.log'], ['*.log']])
            await assert.rejects(placed(spans, ...names), /holds the logs of 2 servers: name one of them \(/);
        }
      });

      it('refused also where names tell nothing: of other directories, or without an ending', async () => {
        for (const names of [
          ['a/pg.log', 'b/pg.log'],
          ['pg.log.old', 'pg.log'],
        ] as const) {
          const spans = { [names[0]]: span(1, 3), [names[1]]: span(2, 4) };
          await assert.rejects(placed(spans, ...names), {
            name: 'UsageError',
            message: new RegExp(
              `^${tree.path(names[0])} and ${tree.path(names[1])} are logs of two servers, .*\\.$`,
            ),
          });
          // one server may write several formats at once
          const formats = { ...spans, [names[1]]: span(2, 4, { format: 'csv' }) };
          assert.deepEqual(await placed(formats, ...names), files(...names));
          // and several processes of an application at once
          const application = { program: 'application', format: undefined };
          const processes = { [names[0]]: span(1, 3, application), [names[1]]: span(2, 4, application) };
          assert.deepEqual(await placed(processes, ...names), files(...names));
        }
      });

      it('refused where Debian names them after two clusters', async () => {
        const clusters = { 'postgresql-15-main.log': span(1, 2), 'postgresql-15-test.log': span(2, 3) };
        await assert.rejects(placed(clusters, ...Object.keys(clusters)), /holds the logs of 2 servers/);
      });
    });

    it('a link to one of them is no other', async function () {
      if (process.platform === 'win32') this.skip();
      touch(2, 'pg-2026-11-19.log');
      touch(3, 'pg-2026-11-20.log');
      symlinkSync('pg-2026-11-20.log', tree.path('current.log'));
      const ordered = files('pg-2026-11-19.log', 'pg-2026-11-20.log');
      assert.deepEqual(await placeOf('current.log', 'pg-2026-11-20.log', 'pg-2026-11-19.log'), ordered);
      const { place } = await resolve('.');
      assert.deepEqual(place, { kind: 'directory', directory: tree.root, stem: 'pg-*.log' });
    });

    it('which must be files', async () => {
      touch(2, 'a.log', 'logs/pg.log');
      await assert.rejects(placeOf('a.log', 'logs'), /logs is a directory: name it alone/);
    });
  });

  it('says what is wrong and what to do', async () => {
    tree.cluster('stopped', 15);
    touch(1, 'two/postgresql-15-main.log', 'two/postgresql-16-main.log', 'two/x.txt');
    touch(1, 'empty/readme');
    await fails(' ', /No log is named/);
    await fails(
      'nowhere.log',
      /nowhere\.log does not exist: check the path, or name none to have the log found\.$/,
    );
    await fails('two/x.txt/y', /does not exist/);
    await fails('empty', /empty holds no PostgreSQL log/);
    touch(1, 'data/server.csv', 'data/package.json');
    await fails('data', /or in \.csv or \.json with a date or “postgres” in it\): name the file/);
    await fails(
      'two',
      /two holds the logs of 2 servers: name one of them \(postgresql-15-main\.log, postgresql-16-main\.log\)/,
    );
    await fails('two/*.log', /holds the logs of 2 servers/);
    await fails('two/*.csv', /Nothing matches .*two\/\*\.csv/);
    await fails('stopped', /is not running and its log file is not known/);
    await fails('/dev/null', /neither a file nor a directory/);
  });

  it('says how to get the permission that is missing', function () {
    if (process.platform === 'win32') this.skip();
    touch(1, 'closed.log', 'closed/pg.log');
    chmodSync(tree.root, 0o755);
    chmodSync(tree.path('closed.log'), 0o000);
    chmodSync(tree.path('closed'), 0o000);
    const resolved = (name: string) =>
      asOrdinaryUser(
        tree,
        `(await load('sources/discovery/resolvePlace.ts')).resolvePlace('${name}', places, '${tree.root}').catch(told)`,
      );
    assert.match(String(resolved('closed.log')), /closed\.log may not be read by this user: ask its owner/);
    assert.match(String(resolved('closed')), /The log directory .*closed may not be entered/);
    assert.match(String(resolved('closed/pg.log')), /The log directory .*closed may not be entered/);
    chmodSync(tree.path('closed'), 0o755);
  });
});

describe('a glob', () => {
  const table: [string, string[], string[]][] = [
    ['*.log', ['a.log', '.log'.padStart(5, 'x')], ['.hidden.log', 'a.log.1']],
    ['pg-?.log', ['pg-1.log'], ['pg-10.log', 'pg-.log']],
    ['pg[!0-4].log', ['pg5.log'], ['pg3.log', 'pg.log']],
    ['a+(b)[', ['a+(b)['], ['aab[']],
    ['.h*', ['.hidden'], ['hidden']],
  ];
  for (const [glob, yes, no] of table) {
    it(glob, () => {
      for (const name of yes) assert.match(name, globExpression(glob));
      for (const name of no) assert.doesNotMatch(name, globExpression(glob));
    });
  }
});
