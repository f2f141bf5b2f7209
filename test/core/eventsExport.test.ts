import assert from 'node:assert/strict';
import { eventsCsv, eventsJsonLines } from '../../src/core/report/eventsExport.ts';
import { jsonText } from '../../src/core/report/jsonText.ts';
import { came, hostile, left, refused } from './reportSample.ts';
import { assertFollowsSchema } from './schemas.ts';

const csv = (rows: Parameters<typeof eventsCsv>[0]): string => [...eventsCsv(rows)].join('');

describe('events as CSV', () => {
  it('are a header and one record each, ended by CR LF, missing = empty', () => {
    assert.equal(
      csv([came, left, { ...left, lost: true }, refused]),
      'event,at,pid,user,database,application,host,durationMs,sqlState,message,category\r\n' +
        'connect,2025-12-17T14:30:15.000Z,4121,postgres,mydb,psql,[local],,,,\r\n' +
        'disconnect,2025-12-17T14:30:18.000Z,4121,postgres,mydb,psql,[local],3200,,,\r\n' +
        'lost,2025-12-17T14:30:18.000Z,4121,postgres,mydb,psql,[local],3200,,,\r\n' +
        'failure,2025-12-17T14:31:02.000Z,4130,bob,shop,,10.0.0.7,,28P01,"password authentication failed for user ""bob""",failure\r\n',
    );
  });

  const fields: [name: string, field: string][] = [
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['=1+2', "'=1+2"],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@x', "'@x"],
    ['\t=1', "'\\t=1"],
    ['＝1', "'＝1"],
    ['a-b', 'a-b'],
    [hostile, 'a\\nb\\x1b[31m\\u{202e}c\\x9b'],
  ];
  for (const [name, field] of fields)
    it(`write ${jsonText(name)} as ${field}`, () => {
      const [, record] = [...eventsCsv([{ id: 1, sign: '+', applicationName: name }])];
      assert.equal(record, `connect,,,,,${field},,,,,\r\n`);
    });
});

describe('events as JSON', () => {
  it('are one document per line that follows the schema, with the exact text', () => {
    const lines = [...eventsJsonLines([came, { ...refused, message: hostile }])];
    for (const line of lines) {
      assert.match(line, /^[\x20-\x7e]+\n$/);
      assertFollowsSchema('watch', line);
    }
    assert.equal((JSON.parse(lines[1] ?? '') as { message: string }).message, hostile);
  });
});
