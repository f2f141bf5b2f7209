import assert from 'node:assert/strict';
import { chmodSync, utimesSync } from 'node:fs';
import { globExpression } from '../../src/sources/discovery/glob.ts';
import { resolvePlace, resolvePlaces } from '../../src/sources/discovery/resolvePlace.ts';
import { asOrdinaryUser, PlacesTree } from './placesTree.ts';

describe('a log that the user names', () => {
  let tree: PlacesTree;
  beforeEach(() => (tree = new PlacesTree()));
  afterEach(() => tree.remove());

  const resolve = (name: string) => resolvePlace(name, tree.places(), tree.root);
  const fails = (name: string, message: RegExp) =>
    assert.rejects(resolve(name), { name: /^(?:SentenceError|UsageError)$/, message });
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

  it('is a glob: its files in rotation order, the richest format', async () => {
    touch(2, 'logs/pg-2026-11-19.log', 'logs/pg-2026-11-19.csv');
    touch(3, 'logs/pg-2026-11-20.log', 'logs/pg-2026-11-20.csv');
    const paths = [tree.path('logs/pg-2026-11-19.csv'), tree.path('logs/pg-2026-11-20.csv')];
    for (const glob of ['logs/pg-*', 'l*/pg-2026-11-[12]?.*', 'logs/*.csv'])
      assert.deepEqual((await resolve(glob)).place, { kind: 'files', paths }, glob);
  });

  it('is several files in the order they are named, which must be files', async () => {
    touch(2, 'b.log', 'a.log', 'logs/pg.log');
    const places = tree.places();
    const log = await resolvePlaces(['b.log', 'a.log'], places, tree.root);
    assert.deepEqual(log.place, { kind: 'files', paths: [tree.path('b.log'), tree.path('a.log')] });
    await assert.rejects(
      resolvePlaces(['a.log', 'logs'], places, tree.root),
      /logs is a directory: name it alone/,
    );
  });

  it('says what is wrong and what to do', async () => {
    tree.cluster('stopped', 15);
    touch(1, 'two/postgresql-15-main.log', 'two/postgresql-16-main.log', 'two/x.txt');
    touch(1, 'empty/readme');
    await fails(' ', /No log is named/);
    await fails('nowhere.log', /nowhere\.log does not exist: check the path/);
    await fails('two/x.txt/y', /does not exist/);
    await fails('empty', /empty holds no PostgreSQL log/);
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
