import assert from 'node:assert/strict';
import { CsvLog, splitCsvRecord } from '../../src/core/log/csvLog.ts';
import { LogClock } from '../../src/core/log/logTimestamp.ts';
import { background, dayAt, printCsv, received, says, type Client } from './serverLog.ts';

const log = new CsvLog(new LogClock('UTC'));
const known = (text: string): unknown => JSON.parse(JSON.stringify(log.read(text) ?? null));
const app: Client = {
  pid: 2269,
  user: 'a"b,c\nd',
  database: 'shop',
  host: '::1',
  port: 55_140,
  app: 'psql',
  startedAt: dayAt,
};
const told = {
  severity: 'FATAL',
  message: 'no, "never"\nagain',
  sqlState: '57P01',
  detail: 'd',
  hint: 'h',
  context: 'c',
  statement: 'select ""',
  at: dayAt + 123,
  pid: 2269,
  sessionId: '6b0019a8.8dd',
  sessionStartAt: dayAt,
  user: 'a"b,c\nd',
  database: 'shop',
  applicationName: 'psql',
  remoteHost: '::1',
  remotePort: 55_140,
  backendType: 'client backend',
  commandTag: 'SELECT',
  fromClient: true,
};
const record = printCsv([
  says(app, dayAt + 123, 'FATAL', told.message, {
    sqlState: '57P01',
    detail: 'd',
    hint: 'h',
    context: 'c',
    statement: 'select ""',
    ps: 'SELECT',
  }),
]);

describe('a csv record', () => {
  it('tells all its columns, of 14 and later', () => assert.deepEqual(known(record), told));

  it('tells all its columns, of 13 and of 12', () => {
    const { backendType, ...of12 } = told;
    assert.deepEqual(known(record.replace(/,,0\n$/, '\n')), told);
    assert.deepEqual(known(record.replace(/,"client backend",,0\n$/, '\n')), of12);
    assert.equal(backendType, 'client backend');
  });

  it('of a login that was only received has no names', () => {
    const { user, database, remoteHost, remotePort, fromClient } =
      log.read(printCsv([received(app, dayAt)])) ?? assert.fail();
    assert.deepEqual(
      [user, database, remoteHost, remotePort, fromClient],
      [undefined, undefined, '::1', 55_140, true],
    );
  });

  it('of a Unix socket has no port', () => {
    const { remoteHost, remotePort } =
      log.read(printCsv([says({ ...app, host: '[local]' }, dayAt, 'LOG', '')])) ?? assert.fail();
    assert.deepEqual([remoteHost, remotePort], ['[local]', undefined]);
  });

  it('of a background process is from no client', () => {
    const { remoteHost, fromClient, user } = log.read(printCsv([background(1, dayAt, 'x')])) ?? assert.fail();
    assert.deepEqual([remoteHost, fromClient, user], [undefined, false, undefined]);
  });

  it('that is cut off in a long column tells those before it', () => {
    const { message, sqlState, backendType } =
      log.read(record.slice(0, record.indexOf('select ""'))) ?? assert.fail();
    assert.deepEqual([message, sqlState, backendType], [told.message, '57P01', undefined]);
  });

  for (const text of [
    '',
    'x',
    '2026-11-20 09:58:11 UTC',
    record.replace('FATAL', 'FATALLY'),
    record.slice(5),
    record.replace('"no', '""no'),
  ]) {
    it(`is not ${JSON.stringify(text.slice(0, 60))}`, () => assert.equal(log.read(text), undefined));
  }
});

describe('splitCsvRecord', () => {
  const cases: readonly (readonly [string, string[]])[] = [
    ['', ['']],
    ['a,b', ['a', 'b']],
    ['a,,"",b\r\nc', ['a', '', '', 'b']],
    ['"a,""b""\n\nc",d\nnext', ['a,"b"\n\nc', 'd']],
    ['"""",x', ['"', 'x']],
    ['a,"b', ['a', 'b']],
    ['a,"b""c', ['a', 'b"c']],
  ];
  for (const [text, fields] of cases)
    it(`splits ${JSON.stringify(text)}`, () => assert.deepEqual(splitCsvRecord(text), fields));
});
