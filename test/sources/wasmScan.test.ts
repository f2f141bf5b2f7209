import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { PostgresLog } from '../../src/sources/postgresLog.ts';
import { compiledModule, modules } from '../../wasm.mjs';
import { generateLog, type LogOptions } from '../bench/generator/generateLog.ts';
import { entriesOf, pour } from '../core/folded.ts';
import { randomPrefix } from '../core/randomPrefix.ts';
import { random } from '../core/serverLog.ts';
import { isWithin, seeds } from '../env/breadth.ts';
import { checkout } from '../env/checkout.ts';

const fixtures = join(checkout, 'test', 'fixtures');

function generated(options: Pick<LogOptions, 'format' | 'prefix' | 'share'>, bytes = 150_000): Buffer {
  const chunks: Buffer[] = [];
  generateLog({ seed: 7, ...options, bytes }, (text) => chunks.push(Buffer.from(text, 'latin1')));
  return Buffer.concat(chunks);
}

/** Bytes beside digits, letters and labels in one order or another, and such as end a number, a word or a line. */
const unusual = Buffer.from('/09:;@AFGZ[`afgz{|\x7f \t\r\n"\\,.-+()\x80\xfa\xff', 'latin1');

/** The same bytes, of which every hundredth is another, or missing, or there twice. */
function garbled(bytes: Buffer, draw: () => number): Buffer {
  const pieces: Buffer[] = [];
  let from = 0;
  for (let at = Math.floor(draw() * 200); at < bytes.length; at += 1 + Math.floor(draw() * 200)) {
    const kind = Math.floor(draw() * 6);
    const place = Math.floor(draw() * unusual.length);
    pieces.push(bytes.subarray(from, at));
    if (kind > 1) pieces.push(unusual.subarray(place, place + 1));
    else if (kind === 1) pieces.push(bytes.subarray(at, at + 1), bytes.subarray(at, at + 1));
    from = at + 1;
  }
  return Buffer.concat([...pieces, bytes.subarray(from)]);
}

/** The scan in JavaScript is the oracle. */
function assertSame(bytes: Uint8Array, logLinePrefix?: string): void {
  const hints = logLinePrefix === undefined ? {} : { logLinePrefix };
  const slow = entriesOf(bytes, undefined, hints, () => null);
  const fast = entriesOf(bytes, undefined, hints);
  assert.deepEqual(fast.entries, slow.entries);
  assert.deepEqual(fast.log.understanding, slow.log.understanding);
}

/** How many lines of sessions were read by the module, and how many not, when the same log comes for the second time. */
function counted(bytes: Uint8Array, logLinePrefix?: string): { recurring: number; others: number } {
  const counts = { recurring: 0, others: 0 };
  const log = new PostgresLog(
    {
      entry: ({ message }) => {
        if (/^(?:connection (?:rec|auth)|disconnection)/.test(message)) counts.others += 1;
      },
      lines: ({ count }) => (counts.recurring += count),
    },
    logLinePrefix === undefined ? {} : { logLinePrefix },
  );
  log.begin({ path: 'x', identity: { device: 1, inode: 1, head: '', headBytes: 0 } }, 0);
  pour(log, bytes);
  log.caughtUp();
  counts.recurring = counts.others = 0;
  pour(log, bytes);
  log.end();
  return counts;
}

/** How many entries of a log in English are told one by one, and not with those that are like them. */
function toldOneByOne(lines: readonly string[]): number {
  let entries = 0;
  const log = new PostgresLog(
    { entry: () => (entries += 1), lines: () => undefined },
    { logLinePrefix: '%m [%p] ' },
  );
  log.begin({ path: 'x', identity: { device: 1, inode: 1, head: '', headBytes: 0 } }, 0);
  pour(log, Buffer.from(lines.map((line) => `${line}\n`).join('')));
  log.end();
  return entries;
}

/** `count` times the lines of a record. */
function repeated(count: number, record: (number: number, head: string) => string[]): string[] {
  return Array.from({ length: count }, (_, number) =>
    record(number, `2026-11-20 09:58:11.972 UTC [${1000 + number}] `),
  ).flat();
}

/** Lines of a server whose users are called like labels, and whose texts repeat those of servers. */
function deceptive(prefix: string, draw: () => number): string {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(draw() * from.length)] as T;
  const words = ['LOG:  ', 'FATAL:  ', 'DETAIL:  ', 'STATEMENT:  ', 'HINT:  ', 'ERROR:  ', ' ', ':', '@'];
  const names = [
    'app',
    'shop',
    'a DETAIL:  b',
    'DETAIL:  failed: ',
    'x FATAL:  y',
    'app:DETAIL',
    'a@b',
    'LOG:  ',
    ...(draw() < 0.5 ? ['b\n', `b\n${prefix.replace(/%[mq]/g, '2026-11-20 09:58:12.972 UTC')}`, '\n\t'] : []),
  ];
  const says = [
    ...['connection authorized: user=app database=shop', 'connection received: host=10.0.0.7 port=5432'],
    ...['password authentication failed for user "app"', 'role "a DETAIL:  b" does not exist'],
    ...['database "shop" does not exist', 'terminating connection due to administrator command'],
    ...['connection to server at "10.0.9.9" failed: FATAL:  password authentication failed for user "app"'],
    ...['duration: 1.2 ms  statement: SELECT 1', 'syntax error'],
  ];
  const head = (): string =>
    (draw() < 0.1 ? prefix.replace(/%q.*/, '') : prefix.replace('%q', '')).replace(/%[mrudapi]/g, (escape) =>
      escape === '%m'
        ? `2026-11-20 09:58:1${Math.floor(draw() * 10)}.972 UTC`
        : escape === '%p'
          ? `${1000 + Math.floor(draw() * 20)}`
          : escape === '%r'
            ? '10.0.0.7(5432)'
            : pick(names),
    );
  const lines: string[] = [];
  while (lines.length < 120) {
    const label = pick(['LOG', 'FATAL', 'ERROR', 'DETAIL', 'STATEMENT', 'CONTEXT', 'HINT', 'WARNING']);
    const text = draw() < 0.3 ? `${pick(says)} ${pick(words)}${pick(says)}` : pick(says);
    lines.push(`${head()}${label}:  ${text}`);
    if (draw() < 0.2) lines.push(`\t${pick(words)}${pick(says)}`);
    // what is known to be like one before it is met again
    if (draw() < 0.5 && lines.length > 3)
      lines.push(...lines.slice(-3).map((line) => line.replace(/:1\d\./, ':18.')));
  }
  return lines.map((line) => `${line}\n`).join('');
}

describe('the module of the scan', () => {
  it('reads a line that is like another but for its host', () => {
    const lines = repeated(300, (number, head) => {
      const host = `host=10.0.${number % 100}.${number % 7} port=${5000 + number}`;
      return [
        `${head}LOG:  connection received: ${host}`,
        `${head}LOG:  disconnection: session time: 0:00:01.000 user=app database=shop ${host}`,
      ];
    });
    assert.ok(toldOneByOne(lines) <= 10, `${toldOneByOne(lines)} lines were read one by one`);
  });

  it('tells hosts apart that begin alike, are of any length, or hold what no host does', () => {
    const text = '2001:db8:abcd:ef01:2345:6789:abcd:ef01:host-name_of.any-length';
    const lengths = Array.from(text, (_, length) => text.slice(0, length + 1));
    const ends = ['1', '2', '\0', '1\0', ' ', '%eth0'].map((end) => `2001:db8:abcd:ef${end}`);
    const hosts = [...lengths, ...ends, '10.0.0.7', '10.0.0.7\0', '10.0.0.70', '[local]', `${text}${text}`];
    const lines = repeated(4 * hosts.length, (number, head) => [
      `${head}LOG:  connection received: host=${hosts[(number * 7) % hosts.length]} port=${5000 + number}`,
    ]);
    assertSame(Buffer.from(lines.map((line) => `${line}\n`).join('')), '%m [%p] ');
  });

  it('tells what JavaScript tells of more hosts than it has room for', () => {
    const lines = repeated(36_000, (number, head) => [
      `${head}LOG:  connection received: host=10.${number % 180}.${(number >> 8) % 250}.${number % 97} port=5432`,
    ]);
    assert.ok(new Set(lines.map((line) => line.slice(line.indexOf('host=')))).size > 17_000);
    assertSame(Buffer.from(lines.map((line) => `${line}\n`).join('')), '%m [%p] ');
  });

  it('reads a refused login that is like another, with its DETAIL of several lines', () => {
    const lines = repeated(300, (_, head) => [
      `${head}FATAL:  password authentication failed for user "app"`,
      `${head}DETAIL:  Password does not match for user "app".`,
      '\tConnection matched pg_hba.conf line 97: "host all all 10.0.0.0/8 scram-sha-256"',
    ]);
    assert.ok(toldOneByOne(lines) <= 10, `${toldOneByOne(lines)} lines were read one by one`);
  });

  it('reads a login that pg_hba.conf refuses and is like another but for its host', () => {
    const texts = [
      'no pg_hba.conf entry for host "H", user "app", database "shop", no encryption',
      'no pg_hba.conf entry for replication connection from host "H", user "app", no encryption',
      'pg_hba.conf rejects connection for host "H", user "app", database "shop", SSL encryption',
      'pg_hba.conf rejects replication connection for host "H", user "app", SSL encryption',
    ];
    const lines = repeated(300, (number, head) =>
      texts.map((text) => `${head}FATAL:  ${text.replace('H', `10.0.${number % 100}.${number % 7}`)}`),
    );
    assert.ok(toldOneByOne(lines) <= 10, `${toldOneByOne(lines)} lines were read one by one`);
  });

  it('tells what JavaScript tells of hosts that are quoted, whatever stands there, and whatever host the line has', () => {
    const hosts = [
      '10.0.0.7',
      '::1',
      '[local]',
      '',
      '10.0.0.8',
      'h"x',
      String.raw`h\x`,
      `h${'x'.repeat(80)}`,
    ];
    const [addresses, quoted] = [hosts.slice(0, 3), [...hosts, ...hosts.slice(0, 2)]];
    const told = (host: string, number: number): string =>
      [
        ...[
          'no pg_hba.conf entry for host "H"',
          'pg_hba.conf rejects connection for host "H", user "a host "b"',
        ],
        ...['no pg_hba.conf entry for host H, user "h"', 'no pg_hba.conf entry for host "H'],
        ...['no pg_hba.conf entry for host: "H", x', 'some pg_hba.conf entry for host "H"'],
      ][number % 6]?.replace('H', () => host) ?? '';
    for (const format of ['stderr', 'csv', 'json'] as const) {
      const lines = Array.from({ length: 1200 }, (_, number) => {
        const message = told(quoted[(number * 7) % quoted.length] ?? '', Math.floor(number / 10));
        const host = addresses[number % 3] ?? '';
        const remote = host.startsWith('[') ? host : `${host}:5432`;
        const at = '2026-11-20 09:58:11.972 UTC';
        if (format === 'stderr') return `${at} ${host} [${number + 1}] FATAL:  ${message}`;
        const id = `${(0x691ee0b3).toString(16)}.${(number + 1).toString(16)}`;
        if (format === 'csv')
          return `${at},"app","shop",${number + 1},"${remote}",${id},1,"authentication",${at.replace('.972', '')},3/1,0,FATAL,28000,"${message.replaceAll('"', '""')}",,,,,,,,,"","client backend",,0`;
        const [remoteHost] = host.startsWith('[') ? [host] : [host, 5432];
        return JSON.stringify({
          ...{ timestamp: at, user: 'app', dbname: 'shop', pid: number + 1, remote_host: remoteHost },
          ...{ session_id: id, line_num: 1, ps: 'authentication', session_start: at.replace('.972', '') },
          ...{ vxid: '3/1', txid: 0, error_severity: 'FATAL', state_code: '28000', message },
          ...{ application_name: '', backend_type: 'client backend', query_id: 0 },
        });
      });
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      assertSame(bytes, format === 'stderr' ? '%m %h [%p] ' : undefined);
      if (format === 'stderr')
        assertSame(Buffer.from(bytes.toString().replaceAll(/UTC \S+ \[/g, 'UTC [')), '%m [%p] ');
    }
  });

  it('tells what JavaScript tells of a DETAIL that repeats a FATAL, whoever is named before it', () => {
    const users = ['app', 'a@b', 'My App [1]', 'x=y', 'été', 'MixedCase'];
    const lines = Array.from({ length: 600 }, (_, number) => {
      const user = users[number % users.length];
      const head = `2026-11-20 09:58:11.972 UTC:${user}@shop:[${1000 + number}]:web-${number % 5}:`;
      return `${head}ERROR:  could not connect to server "other"\n${head}DETAIL:  connection to server at "10.0.9.9", port ${5000 + (number % 9)} failed: FATAL:  password authentication failed for user "fdw"\n`;
    });
    assertSame(Buffer.from(lines.join('')), '%m:%u@%d:[%p]:%q%a:');
  });

  it('reads what a function says in the words of a server when it comes again', () => {
    const lines = repeated(300, (_, head) => [
      `${head}LOG:  connection authorized: user=nobody database=shop`,
      `${head}CONTEXT:  PL/pgSQL function trap() line 3 at RAISE`,
    ]);
    assert.ok(toldOneByOne(lines) <= 10, `${toldOneByOne(lines)} lines were read one by one`);
  });

  it('passes over what a DETAIL repeats of another server’s messages', () => {
    const lines = repeated(300, (number, head) => [
      `${head}ERROR:  could not connect to server "other"`,
      `${head}DETAIL:  connection to server at "10.0.9.9", port ${5000 + number} failed: FATAL:  password authentication failed for user "fdw"`,
    ]);
    assert.equal(toldOneByOne(lines), 0);
  });

  for (const prefix of [
    ...['%m [%p] %q%u@%d ', '%m:%r:%u@%d:[%p]:%q%a:', '%u %d %m [%p] '],
    ...['%m [%p] %i:%q%a@', '%u [%p] %m %q%d>', '%m [%p]%a'],
  ])
    for (const group of seeds(1, 40))
      it(`reads names that look like labels, and texts that look like entries, as JavaScript does: ${prefix}, ${group}`, () => {
        for (let seed = group * 25; seed < group * 25 + 25; seed += 1)
          assertSame(Buffer.from(deceptive(prefix, random(seed))), prefix);
      });

  it('is the one that its sources give, as that of the book is', async () => {
    for (const each of modules)
      assert.equal(readFileSync(join(checkout, each.target), 'utf8'), await compiledModule(each));
  });

  for (const { name } of readdirSync(fixtures, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && isWithin(entry.name),
  ))
    it(`tells of ${name} what JavaScript tells`, () => {
      for (const file of readdirSync(join(fixtures, name)))
        if (/^server.*\.(?:log|csv|json)$/.test(file)) assertSame(readFileSync(join(fixtures, name, file)));
    });

  for (const format of ['csv', 'json'] as const)
    it(`tells of a generated ${format} log what JavaScript tells`, () => {
      for (const share of [10, 100]) assertSame(generated({ format, prefix: '%m [%p] ', share }));
    });

  for (const seed of seeds(25, 100)) {
    const prefix = randomPrefix(random(seed));
    it(`tells of a generated log what JavaScript tells, with the prefix "${prefix}"`, () => {
      assertSame(generated({ format: 'stderr', prefix, share: 100 }, 60_000), prefix);
    });
  }

  for (const format of ['stderr', 'csv', 'json'] as const)
    // of the 163rd stderr log an entry seemed to begin in that before it
    for (const seed of new Set([...seeds(5, 200), 163]))
      it(`tells of ${format} lines that were garbled what JavaScript tells, nothing twice, with seed ${seed}`, () => {
        const draw = random(seed);
        const prefix = format === 'stderr' && seed % 3 > 0 ? randomPrefix(draw) : '%m [%p] ';
        const lines = generated({ format, prefix, share: 100 }, 40_000);
        const bytes = Buffer.concat([lines, garbled(lines, draw)]);
        const logLinePrefix = format === 'stderr' ? prefix : undefined;
        assertSame(bytes, logLinePrefix);
        const { entries } = entriesOf(bytes, undefined, logLinePrefix === undefined ? {} : { logLinePrefix });
        const told = entries.map(({ offset }) => offset);
        assert.deepEqual(told, [...new Set(told)]);
      });

  for (const prefix of [
    ...[
      '%m [%p] ',
      '%m [%p] %q%u@%d ',
      '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
      '%t:%r:%u@%d:[%p]:',
    ],
    ...['%t-%c-', '%n %p ', '%m [%5p] %-10u ', '%c %l %s %v %x %m '],
    '%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:',
  ])
    it(`reads lines that it has learned, with the prefix "${prefix}"`, () => {
      const { recurring, others } = counted(generated({ format: 'stderr', prefix, share: 100 }, 1e6), prefix);
      assert.ok(recurring > 15 * others, `${recurring} lines were read by the module, ${others} were not`);
    });

  for (const format of ['csv', 'json'] as const)
    it(`reads records that it has learned, in ${format}`, () => {
      const { recurring, others } = counted(generated({ format, prefix: '%m [%p] ', share: 100 }, 2e6));
      assert.ok(recurring > 15 * others, `${recurring} lines were read by the module, ${others} were not`);
    });
});
