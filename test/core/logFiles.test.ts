import assert from 'node:assert/strict';
import {
  groupLogFiles,
  matchesStem,
  namesOfStem,
  stemOf,
  stemOfLogFilename,
} from '../../src/core/log/logFiles.ts';

const at = (modifiedAt: number, ...names: string[]) => names.map((name) => ({ name, modifiedAt }));

describe('the stem of a log file name', () => {
  const table: [string, string][] = [
    ['postgresql-2026-11-20_101112.log', 'postgresql-*.log'],
    ['postgresql-2026-11-20.csv', 'postgresql-*.csv'],
    ['postgresql-20261120-1011.json', 'postgresql-*.json'],
    ['postgresql-Mon.log', 'postgresql-*.log'],
    ['postgresql-15-main.log', 'postgresql-15-main.log'],
    ['postgresql-15-main.log.1', 'postgresql-15-main.log'],
    ['postgresql-15-main.log.2.gz', 'postgresql-15-main.log'],
    ['postgresql-15-main.log-20261120.zst', 'postgresql-15-main.log'],
    ['postgresql@17.log', 'postgresql@17.log'],
    ['17.log', '17.log'],
    ['postgresql.log.1763632800.gz', 'postgresql.log'],
    ['Monday-shop.log', '*-shop.log'],
    ['Monitor.log', 'Monitor.log'],
  ];
  for (const [name, stem] of table) it(`${name} → ${stem}`, () => assert.equal(stemOf(name), stem));

  it('follows from log_filename as the collector names its files', () => {
    assert.equal(stemOfLogFilename('postgresql-%Y-%m-%d_%H%M%S.log', 'stderr'), 'postgresql-*.log');
    assert.equal(stemOfLogFilename('postgresql-%a.log', 'csv'), 'postgresql-*.csv');
    assert.equal(stemOfLogFilename('pg_100%%', 'json'), 'pg_100%.json');
  });

  it('matches what strftime writes and nothing else', () => {
    for (const name of [
      'postgresql-Mon.log',
      'postgresql-07.log',
      'postgresql-2026-11-20_101112.log.1',
      'postgresql-Nov-20.log.gz',
    ])
      assert.ok(matchesStem('postgresql-*.log', name), name);
    for (const name of [
      'postgresql-15-main.log',
      'postgresql-Mon.csv',
      'postgresql-.log',
      'xpostgresql-Mon.log',
    ])
      assert.ok(!matchesStem('postgresql-*.log', name), name);
    assert.ok(matchesStem('a+b.log', 'a+b.log') && !matchesStem('a+b.log', 'aab.log'));
  });
});

describe('the log files of a directory', () => {
  it('are one group for each server, the one written last first', () => {
    const files = [
      ...at(10, 'postgresql-15-main.log'),
      ...at(20, 'postgresql-16-main.log'),
      ...at(5, 'postgresql-15-main.log.1'),
    ];
    assert.deepEqual(
      groupLogFiles(files).map(({ stem, names }) => [stem, names]),
      [
        ['postgresql-16-main.log', ['postgresql-16-main.log']],
        ['postgresql-15-main.log', ['postgresql-15-main.log.1', 'postgresql-15-main.log']],
      ],
    );
  });

  it('are named by csv or json beside a .log that is written with it, by the one written last of the two', () => {
    const [csv] = groupLogFiles([
      ...at(1, 'postgresql-Mon.json'),
      ...at(3, 'postgresql-Tue.log'),
      ...at(2, 'postgresql-Tue.csv'),
    ]);
    assert.deepEqual([csv?.format, csv?.names, csv?.hasOthers], ['csv', ['postgresql-Tue.csv'], true]);
    const [json] = groupLogFiles([
      ...at(4, 'postgresql-Wed.json'),
      ...at(3, 'postgresql-Tue.log', 'postgresql-Tue.csv'),
    ]);
    assert.equal(json?.format, 'json');
  });

  it('turn by their numbers even when a copy has disturbed the times', () => {
    const files = [
      ...at(1, 'pg.log'),
      ...at(2, 'pg.log.1'),
      ...at(3, 'pg.log.2.gz'),
      ...at(4, 'pg.log.10.gz'),
    ];
    assert.deepEqual(groupLogFiles(files)[0]?.names, ['pg.log.10.gz', 'pg.log.2.gz', 'pg.log.1', 'pg.log']);
  });

  it('turn by their dates with dateext, and by time where only the weekday is known', () => {
    const dated = at(1, 'pg.log', 'pg.log-20261120', 'pg.log-20261113.gz');
    assert.deepEqual(groupLogFiles(dated)[0]?.names, ['pg.log-20261113.gz', 'pg.log-20261120', 'pg.log']);
    const ring = [
      ...at(3, 'postgresql-Fri.log'),
      ...at(9, 'postgresql-Mon.log'),
      ...at(8, 'postgresql-Sun.log'),
    ];
    assert.deepEqual(groupLogFiles(ring)[0]?.names, [
      'postgresql-Fri.log',
      'postgresql-Sun.log',
      'postgresql-Mon.log',
    ]);
  });

  it('go by the dates in their names where a copy has disturbed the times', () => {
    for (const names of [
      ['pg-2025-12-31.log', 'pg-2026-01-01.log', 'pg-2026-01-02.log'],
      ['pg-2026-11-20_080000.log', 'pg-2026-11-20_160000.log', 'pg-2026-11-21_000000.log'],
      ['pg-20261120-0800.csv', 'pg-20261120-1600.csv', 'pg-20261121-0000.csv'],
      ['pg-2026-09.log', 'pg-2026-10.log', 'pg-2026-11.log'],
      ['pg.1763600000.log', 'pg.1763632800.log', 'pg.1763700000.log'],
    ]) {
      const [first = '', second = '', third = ''] = names;
      const copied = [...at(2, `${first}.gz`), ...at(3, third), ...at(4, second)];
      assert.deepEqual(groupLogFiles(copied)[0]?.names, [`${first}.gz`, second, third]);
    }
  });

  it('go by their times where only a clock that was set back contradicts the names', () => {
    const autumn = [...at(1, 'pg-2026-10-25_023000.log'), ...at(2, 'pg-2026-10-25_021500.log')];
    assert.deepEqual(groupLogFiles(autumn)[0]?.names, [
      'pg-2026-10-25_023000.log',
      'pg-2026-10-25_021500.log',
    ]);
  });

  it('go by natural name order when the times are equal', () => {
    assert.deepEqual(namesOfStem('pg-*.log', at(1, 'pg-10.log', 'pg-9.log')), ['pg-9.log', 'pg-10.log']);
  });

  it('count once while logrotate is compressing one', () => {
    assert.deepEqual(groupLogFiles(at(1, 'pg.log', 'pg.log.1', 'pg.log.1.gz'))[0]?.names, [
      'pg.log.1',
      'pg.log',
    ]);
  });

  it('are one ring where two-digit names begin with a zero, two servers where they do not', () => {
    assert.equal(groupLogFiles(at(1, 'postgresql-09.log', 'postgresql-10.log')).length, 1);
    assert.equal(groupLogFiles(at(1, 'postgresql-15.log', 'postgresql-16.log')).length, 2);
  });

  it('leave out what is no log', () => {
    assert.deepEqual(
      groupLogFiles(at(1, 'package.json', 'PG_VERSION', 'table.csv', 'x.log.bz2', '17.txt')),
      [],
    );
  });
});
