import assert from 'node:assert/strict';
import { JsonLog } from '../../src/core/log/jsonLog.ts';
import { LogClock } from '../../src/core/log/logTimestamp.ts';
import { background, dayAt, printJson, received, says, type Client } from './serverLog.ts';

const log = new JsonLog(new LogClock('UTC'));
const app: Client = {
  pid: 2269,
  user: 'a"b\nc',
  database: 'shop',
  host: '::1',
  port: 55_140,
  app: 'psql',
  startedAt: dayAt,
};
const line = printJson([
  says(app, dayAt + 123, 'FATAL', 'no, "never"\nagain', {
    sqlState: '57P01',
    detail: 'd',
    hint: 'h',
    context: 'c',
    statement: 'select',
    ps: 'SELECT',
  }),
]);

describe('a json line', () => {
  it('tells all its keys', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(log.read(line) ?? null)), {
      severity: 'FATAL',
      message: 'no, "never"\nagain',
      sqlState: '57P01',
      detail: 'd',
      hint: 'h',
      context: 'c',
      statement: 'select',
      at: dayAt + 123,
      pid: 2269,
      sessionId: '6b0019a8.8dd',
      sessionStartAt: dayAt,
      user: 'a"b\nc',
      database: 'shop',
      applicationName: 'psql',
      remoteHost: '::1',
      remotePort: 55_140,
      backendType: 'client backend',
      commandTag: 'SELECT',
      fromClient: true,
    });
  });

  it('without state_code has 00000', () => {
    const { sqlState, user, remoteHost } = log.read(printJson([received(app, dayAt)])) ?? assert.fail();
    assert.deepEqual([sqlState, user, remoteHost], ['00000', undefined, '::1']);
  });

  it('of a background process is from no client', () => {
    assert.equal(log.read(printJson([background(1, dayAt, 'x')]))?.fromClient, false);
  });

  it('has the source’s line in a verbose log', () => {
    const verbose = line.replace(
      '"application_name"',
      '"func_name":"f","file_name":"lib.rs","file_line_num":42,"application_name"',
    );
    assert.equal(log.read(verbose)?.location, 'lib.rs:42');
  });

  it('that is cut off in a long value tells the keys before it', () => {
    const { message, hint, statement } = log.read(line.slice(0, line.indexOf('select') + 3)) ?? assert.fail();
    assert.deepEqual([message, hint, statement], ['no, "never"\nagain', 'h', undefined]);
  });

  for (const text of [
    '',
    '{',
    'null',
    '[]',
    '{}',
    '"x"',
    '{"error_severity":"FATAL"}',
    line.replace('FATAL', 'FATALE'),
    line.replace('2026', 'x'),
  ])
    it(`is not ${JSON.stringify(text.slice(0, 60))}`, () => assert.equal(log.read(text), undefined));
});
