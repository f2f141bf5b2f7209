import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { locateEntry } from '../../src/engine/locateEntry.ts';
import type { EntryPlace } from '../../src/protocol/logQuestions.ts';
import { identify } from '../../src/sources/tail/fileIdentity.ts';
import { TestDirectory } from '../sources/tailWorld.ts';
import { EngineWorld, ServerLines } from './engineWorld.ts';

const largestFileBytes = 1024 * 1024;
/** The line of a place, as the editor shows it. */
const lineOf = (place: EntryPlace): string => {
  const text = place.kind === 'file' ? readFileSync(place.path, 'utf8') : place.text;
  return text.split('\n')[place.line] ?? '';
};

describe('where an entry stands', () => {
  let world: EngineWorld;
  let sourceId: string;
  let ids: number[];
  beforeEach(async () => {
    world = new EngineWorld();
    const { lines } = world;
    write(
      lines.start(),
      lines.refuse(10, 'été'),
      lines.line(9, 'ERROR:  a\n\tb\n\tc'),
      lines.refuse(11, 'eve'),
    );
    sourceId = await world.follow('pg.log');
    const { failures } = await world.ask('troubles', { sourceId });
    ids = failures.flatMap(({ members }) => members.map(({ id }) => id)).sort((a, b) => a - b);
  });
  afterEach(() => world.end());

  const write = (...texts: string[]): void => world.directory.append('pg.log', texts.join(''));
  const locate = (id: number | undefined) =>
    world.ask('locate', { sourceId, troubleId: id ?? 0, largestFileBytes });

  it('is its very line', async () => {
    const places = [await locate(ids[0]), await locate(ids[1])];
    assert.deepEqual(
      places.map(({ kind }) => kind),
      ['file', 'file'],
    );
    assert.deepEqual(
      places.map(({ line }) => line),
      [3, 9],
    );
    assert.match(lineOf(places[0]!), /\[10\] FATAL: {2}password authentication failed for user "été"/);
    assert.match(lineOf(places[1]!), /\[11\] FATAL: {2}password authentication failed for user "eve"/);
  });

  it('is found after the log was renamed', async () => {
    world.directory.rename('pg.log', 'pg.log.1');
    write(world.lines.refuse(12));
    const place = await locate(ids[1]);
    assert.equal(place.kind === 'file' && place.path, world.directory.join('pg.log.1'));
    assert.match(lineOf(place), /"eve"/);
    await world.until(sourceId, 'the new file is read', ({ newestFailureId }) => newestFailureId !== ids[1]);
    const newest = await locate(world.status(sourceId)?.newestFailureId);
    assert.equal(newest.kind === 'file' && newest.path, world.directory.join('pg.log'));
    assert.match(lineOf(newest), /"bob"/);
  });

  it('is found in the copy of a truncated log', async () => {
    world.directory.copyTruncate('pg.log', 'pg.log.1');
    write(world.lines.refuse(12));
    await world.until(
      sourceId,
      'the truncated file is read',
      ({ newestFailureId }) => newestFailureId !== ids[1],
    );
    const place = await locate(ids[1]);
    assert.equal(place.kind === 'file' && place.path, world.directory.join('pg.log.1'));
    assert.match(lineOf(place), /"eve"/);
  });

  it('is shown in an excerpt of a log that was compressed', async () => {
    world.directory.rename('pg.log', 'pg.log.1');
    world.directory.gzip('pg.log.1');
    write('');
    const place = await locate(ids[1]);
    assert.equal(place.kind, 'excerpt');
    assert.match(lineOf(place), /"eve"/);
  });

  it('is gone with its file, or when it is too old to be kept, and says so', async () => {
    world.directory.unlink('pg.log');
    await assert.rejects(
      locate(ids[0]),
      /pg\.log, which holds this entry, is gone: it was rotated away or deleted/,
    );
    await assert.rejects(locate(4711), /too old to be kept: look for it in the log itself/);
  });

  it('is found after the window was closed and opened again', async () => {
    await world.restart();
    await world.follow('pg.log');
    assert.match(lineOf(await locate(ids[1])), /"eve"/);
  });
});

describe('an excerpt', () => {
  let directory: TestDirectory;
  beforeEach(() => (directory = new TestDirectory()));
  afterEach(() => directory.remove());

  const excerptOf = async (text: string, wanted: string, pack = false) => {
    const path = directory.write('pg.log', text);
    const file = { path, identity: identify(path) };
    if (pack) directory.gzip('pg.log');
    const offsetBytes = Buffer.byteLength(text.slice(0, text.indexOf(wanted)));
    return locateEntry(file, { offsetBytes }, 1000);
  };

  const filler = (lines: ServerLines, count: number): string =>
    Array.from({ length: count }, (_, n) => lines.line(n, `ERROR:  ätsch ${n}`)).join('');

  for (const isPacked of [false, true]) {
    it(`of a ${isPacked ? 'compressed' : 'large'} file has the entry's line, in whole lines around it`, async () => {
      for (const [before, after] of [
        [0, 9000],
        [9000, 9000],
        [9000, 0],
      ] as const) {
        const lines = new ServerLines();
        const text = filler(lines, before) + lines.line(1, 'FATAL:  here') + filler(lines, after);
        const line = text.split('\n')[before] ?? '';
        const place = await excerptOf(text, line, isPacked);
        assert.ok(place.kind === 'excerpt');
        assert.equal(lineOf(place), line);
        assert.ok(text.includes(`\n${place.text}\n`) || text.startsWith(`${place.text}\n`));
        assert.ok(place.text.length <= 256 * 1024);
        assert.match(place.title, /^pg\.log(?:\.gz)? @ \d+$/);
      }
    });
  }

  it('has a line that is longer than itself', async () => {
    const text = `first\n${'x'.repeat(300_000)} FATAL\nlast\n`;
    const place = await excerptOf(text, ' FATAL');
    assert.match(lineOf(place), /FATAL$/);
  });
});

describe('the lines of one session', () => {
  let world: EngineWorld;
  beforeEach(() => (world = new EngineWorld()));
  afterEach(() => world.end());

  const write = (...texts: string[]): void => world.directory.append('pg.log', texts.join(''));
  const keyOf = async (sourceId: string, pid: number): Promise<string> => {
    const ask = { sourceId, dimension: 'database', name: 'shop', from: 0, limit: 100 } as const;
    const { sessions } = await world.ask('sessions', ask);
    return sessions.find((session) => session.pid === pid)?.key ?? '';
  };

  it('are those of its process, with all that continues them', async () => {
    const { lines } = world;
    const own = lines.connect({ pid: 10 });
    const other = lines.connect({ pid: 11 });
    const error =
      lines.line(10, 'ERROR:  syntax error at or near "selct" at character 1') +
      lines.line(10, 'STATEMENT:  selct 1\n\tfrom LOG:  nowhere');
    write(lines.start(), own, other, error, lines.line(11, 'LOG:  statement: select 1\n\tas one'));
    const sourceId = await world.follow('pg.log');
    const { title, text } = await world.ask('sessionLog', { sourceId, key: await keyOf(sourceId, 10) });
    assert.equal(title, 'session 10');
    assert.equal(`${text}\n`, own + error);
    world.directory.rename('pg.log', 'pg.log.1');
    const again = await world.ask('sessionLog', { sourceId, key: await keyOf(sourceId, 11) });
    assert.match(again.text, /statement: select 1\n\tas one\n?$/);
  });

  it('are whole records of csv, statements of several lines included', async () => {
    const at = '2026-01-05 12:00:00.000 UTC';
    const record = (pid: number, severity: string, message: string, statement = ''): string =>
      `${at},"app","shop",${pid},"[local]",66aa.${pid.toString(16)},1,"SELECT",${at},1/1,0,${severity},00000,"${message}",,,,,,"${statement}",,,"psql","client backend",,0\n`;
    const own =
      record(10, 'LOG', 'connection authorized: user=app database=shop application_name=psql') +
      record(10, 'ERROR', 'column ""x"" does not exist', `select ""x""\nfrom t,\n""y""`);
    const other = record(11, 'LOG', 'connection authorized: user=app database=shop application_name=psql');
    world.directory.write('pg.csv', own + other + record(11, 'ERROR', 'no', 'a\nb'));
    const sourceId = await world.follow('pg.csv');
    const { text } = await world.ask('sessionLog', { sourceId, key: await keyOf(sourceId, 10) });
    assert.equal(`${text}\n`, own);
  });

  it('are no longer told once it has ended, or its file is gone', async () => {
    const { lines } = world;
    write(lines.start(), lines.connect({ pid: 10 }));
    const sourceId = await world.follow('pg.log');
    const key = await keyOf(sourceId, 10);
    world.directory.unlink('pg.log');
    await assert.rejects(world.ask('sessionLog', { sourceId, key }), /pg\.log is gone/);
    await assert.rejects(
      world.ask('sessionLog', { sourceId, key: 'x' }),
      /has ended: its lines are in the log/,
    );
  });
});
