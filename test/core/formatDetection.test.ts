import assert from 'node:assert/strict';
import { detectFormat, type FormatHints } from '../../src/core/log/formatDetection.ts';
import { LogClock } from '../../src/core/log/logTimestamp.ts';
import { authorized, background, dayAt, printCsv, printJson, printStderr, received } from './serverLog.ts';

const app = { pid: 7, user: 'app', database: 'shop', host: '10.0.0.7', port: 1 };
const stay = [
  background(1, dayAt, 'starting PostgreSQL 17.2 on x'),
  received(app, dayAt),
  authorized(app, dayAt),
];
const onlyBackground = printStderr('%m [%p] ', stay.slice(0, 1));
const detect = (text: string, hints?: FormatHints): unknown => {
  const format = detectFormat(text, new LogClock(), hints)?.format;
  return format && [format.name, format.logLinePrefix];
};

describe('the format of a log', () => {
  const cases: readonly (readonly [string, string, unknown, FormatHints?])[] = [
    ['stderr', printStderr('%m [%p] ', stay), ['stderr', '%m [%p] ']],
    ['stderr with names', printStderr('%m [%p] %q%u@%d ', stay), ['stderr', '%m [%p] %q%u@%d ']],
    [
      'stderr behind a byte order mark',
      `\uFEFF${printStderr('%m [%p] ', stay.slice(0, 1))}`,
      ['stderr', '%m [%p] '],
    ],
    ['stderr with CRLF', printStderr('%m [%p] ', stay, { eol: '\r\n' }), ['stderr', '%m [%p] ']],
    [
      'stderr behind other text',
      `hello\n${'x\n'.repeat(5000)}${printStderr('%m [%p] ', stay)}`,
      ['stderr', '%m [%p] '],
    ],
    ['csv', printCsv(stay), ['csv', undefined]],
    ['csv that begins in the middle of a record', `",,,"x"\n${printCsv(stay)}`, ['csv', undefined]],
    ['json', printJson(stay), ['json', undefined]],
    ['json behind a byte order mark', `\uFEFF${printJson(stay)}`, ['json', undefined]],
    ['the user’s own prefix', onlyBackground, ['stderr', '%p '], { logLinePrefix: '%p ' }],
    [
      'the configured prefix, where it reads as much',
      onlyBackground,
      ['stderr', '%m [%p] %q%u@%d '],
      { configuredPrefix: '%m [%p] %q%u@%d ' },
    ],
    [
      'the earlier file’s prefix, where it reads as much',
      onlyBackground,
      ['stderr', '%m [%p] %q%u/%d '],
      { earlierPrefix: '%m [%p] %q%u/%d ' },
    ],
    [
      'what is written, where the configured prefix is another',
      printStderr('%m [%p] ', stay),
      ['stderr', '%m [%p] '],
      { configuredPrefix: '%t ' },
    ],
    ['nothing in an empty log', '', undefined],
    ['nothing in text', 'hello\nworld: x\n', undefined],
    [
      'nothing in another program’s log',
      '2026-11-20 09:58:11.972 UTC [1] LOG C-0x55: login attempt\n',
      undefined,
    ],
    ['nothing in other json', '{"timestamp":"2026-11-20T09:58:11Z","level":"info"}\n', undefined],
    ['nothing in bytes', '\u0000\uFFFD\u0001\n\n', undefined],
  ];
  for (const [name, text, expected, hints] of cases)
    it(`is found: ${name}`, () => assert.deepEqual(detect(text, hints), expected));
});
