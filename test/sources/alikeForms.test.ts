import assert from 'node:assert/strict';

import { entriesOf } from '../core/folded.ts';

/** The scan in JavaScript is the oracle: it reads each line for itself. */
function assertSame(log: Buffer, logLinePrefix: string): void {
  const hints = { logLinePrefix };
  const { entries } = entriesOf(log, undefined, hints);
  assert.deepEqual(entries, entriesOf(log, undefined, hints, () => null).entries);
  assert.ok(entries.length > 500);
}

/** Plain ones first, from which others are told; then such as can be read otherwise, or are no UTF-8. One character a byte. */
const names = [
  ...[
    'web',
    'shop',
    'report',
    'my app',
    'user=x',
    'o"r',
    'x.y',
    'A1',
    'ff',
    '42501',
    'LOG',
    'a:b',
    '[unknown]',
  ],
  ...[
    '[foo]',
    '\0',
    '\0\0',
    'w\0',
    '\x01',
    'w\x7f',
    '',
    'caf\xe9',
    'caf\xc3\xa9',
    '\xc3',
    '\xe2\x82',
    '\xed\xa0\x80',
  ],
  ...[
    '\xf0\x9f\x98\x80',
    '\xf5\x80\x80\x80',
    '\xc0\xaf',
    '\xef\xbb\xbfweb',
    'a\tb',
    'x'.repeat(63),
    'x'.repeat(64),
  ],
  ...['y@z', 'zz] x', 'on', 'UTC', 'local', '10.0.0.7', 'w DETAIL:  x', 'z LOG:  y', 'x'.repeat(200)],
];

/** What is said whoever is named: by one line, or several, or a statement that has a label in it. */
const said = [
  ['FATAL:  terminating connection due to administrator command'],
  ['FATAL:  password authentication failed', 'DETAIL:  Connection matched line 3 of pg_hba.conf'],
  ['LOG:  could not receive data from client: Connection reset by peer'],
  ['LOG:  unexpected EOF on client connection with an open transaction', 'STATEMENT:  SELECT 1'],
  ['ERROR:  could not connect', 'DETAIL:  failed: FATAL:  password authentication failed for user "fdw"'],
  ['LOG:  connection authorized: user=web database=shop'],
];

/** Everything said by everybody, one after the other. */
function logOf(prefix: string): Buffer {
  const lines: string[] = [];
  for (const [nth, user] of names.entries())
    for (const message of said)
      for (const shift of [0, 1, 7]) {
        const pid = 100 + lines.length;
        const [database = '', application = ''] = [1, 3].map(
          (by) => names[(nth + by * shift) % names.length],
        );
        const second = String(lines.length % 60).padStart(2, '0');
        const values: Record<string, string> = {
          ...{ m: `2026-11-20 10:00:${second}.123 UTC`, p: `${pid}`, u: user, d: database, a: application },
          ...{ e: '57P01', r: `10.0.0.7(${pid})`, q: '' },
        };
        const head = prefix.replaceAll(/%([a-z])/g, (_, letter: string) => values[letter] ?? '');
        // of an entry of several lines, another name stands before the last now and then
        const other = nth % 5 === 0 ? head.replace('web', 'wev') : head;
        lines.push(...message.map((text, line) => `${line === 0 ? head : other}${text}`));
      }
  return Buffer.from(`${lines.join('\n')}\n`, 'latin1');
}

describe('lines that are alike but for the names before them', () => {
  for (const prefix of [
    '%m [%p] %q%u@%d ',
    '%m:%r:%u@%d:[%p]:%e:%q%a:',
    '%m [%p] [%u|%d] ',
    '%m %u %a [%p] ',
  ])
    it(`say what each says when it is read for itself: ${prefix}`, () => assertSame(logOf(prefix), prefix));
});
