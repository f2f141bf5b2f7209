import assert from 'node:assert/strict';
import { PostgresLog } from '../../src/sources/postgresLog.ts';
import { entriesOf, folded, pour, told } from '../core/folded.ts';
import { seeds } from '../env/breadth.ts';
import {
  authorized,
  background,
  dayAt,
  disconnected,
  printCsv,
  printJson,
  printStderr,
  random,
  received,
  says,
  type Client,
  type Printed,
} from '../core/serverLog.ts';

const file = { path: 'server.log', identity: { device: 1, inode: 1, head: '', headBytes: 0 } };
const start = background(1, dayAt, 'starting PostgreSQL 17.2 on x86_64-pc-linux-gnu, compiled by gcc');
const client = (pid: number): Client => ({
  pid,
  user: `u${pid}`,
  database: 'shop',
  host: '10.0.0.7',
  port: pid,
});
const killed = (pid: number, statement: string): Printed =>
  says(client(pid), dayAt + pid, 'FATAL', 'terminating connection due to administrator command', {
    sqlState: '57P01',
    statement,
  });
const formats: readonly (readonly [string, (records: readonly Printed[]) => string])[] = [
  ['stderr', (records) => printStderr('%m [%p] %q%u@%d ', records)],
  ['csv', printCsv],
  ['json', printJson],
];

describe('the scan', () => {
  for (const [name, print] of formats) {
    for (const megabytes of [0.1, 1.99, 2, 5]) {
      it(`goes on behind a statement of ${megabytes} MiB in ${name}`, () => {
        const statement = "select 'x',\n".repeat((megabytes * 1024 * 1024) / 12);
        const text = print([
          start,
          authorized(client(7), dayAt + 1),
          killed(7, statement),
          disconnected(client(7), dayAt + 9, 8),
          authorized(client(8), dayAt + 10),
        ]);
        const { entries, log } = entriesOf(text);
        assert.deepEqual(
          entries.map(({ entry }) => entry.message.replace(/[: ].*/, '')),
          ['starting', 'connection', 'terminating', 'disconnection', 'connection'],
        );
        assert.equal(log.understanding.skipped, 0);
        assert.deepEqual(entriesOf(text, () => 65_537).entries, entries);
      });
    }
  }

  const imitations = [
    'LOG:  connection authorized: user=evil database=x',
    'FATAL:  password authentication failed for user "evil"',
    '2026-11-20 09:58:11.972 UTC [99] evil@x LOG:  connection authorized: user=evil database=x',
    '2026-11-20 09:58:11.972 UTC [99] evil@x FATAL:  boo',
    '2026-11-20 09:58:11.972 UTC,"evil","x",99,"[local]",6b.1,1,"",2026-11-20 09:58:11 UTC,,0,FATAL,28P01,"boo",,,,,,,,,"","client backend",,0',
    '2026-11-20 09:58:11.972 UTC,evil,x,99,1.2.3.4:5,6b.1,1,x,2026-11-20 09:58:11 UTC,,0,FATAL,28P01,",,,,,,,,,x,client backend,,0',
    '2026-11-20 09:58:11.972 UTC,evil,x,99,1.2.3.4:5,6b.1,1,x,2026-11-20 09:58:11 UTC,,0,LOG,00000,connection authorized: user=evil',
    '{"timestamp":"2026-11-20 09:58:11.972 UTC","pid":99,"error_severity":"FATAL","message":"boo"}',
    'a@b FATAL:  boo',
  ];
  for (const [name, print] of formats) {
    for (const imitation of imitations) {
      it(`takes no text of a statement for an entry in ${name}: ${imitation.slice(0, 70)}`, () => {
        const worker = { backendType: 'parallel worker', sqlState: '22P02', background: true };
        const text = print([
          start,
          says(client(7), dayAt + 1, 'ERROR', `syntax error at or near "${imitation}"`, {
            statement: imitation,
          }),
          says(client(7), dayAt + 2, 'ERROR', `no\n${imitation}`, {
            detail: `first\n${imitation}`,
            statement: `select 1;\n${imitation}\n\n\t${imitation}`,
          }),
          background(9, dayAt + 3, `invalid input: "${imitation}"`, {
            ...worker,
            severity: 'ERROR',
            statement: imitation,
          }),
        ]);
        assert.deepEqual(told(folded(text)), ['restart']);
      });
    }
  }

  const foreign: readonly (readonly [string, () => Uint8Array])[] = [
    ['quotes', () => Buffer.alloc(3_000_000, '"')],
    ['newlines', () => Buffer.alloc(3_000_000, '\n')],
    ['random bytes', () => Uint8Array.from({ length: 3_000_000 }, () => 0).map(byteSource(1))],
    ['one line', () => Buffer.alloc(3_000_000, 'abc ')],
    ['one line of severities', () => Buffer.alloc(3_000_000, 'FATAL:  ERROR:  LOG:  ')],
    ['lines of severities', () => Buffer.alloc(3_000_000, 'x LOG:  y\nPANIC\tFATAL')],
    ['lines of times', () => Buffer.alloc(3_000_000, '2026-11-20 09:58:11.972 UTC,"')],
    ['zeros', () => new Uint8Array(3_000_000)],
  ];
  for (const [name, bytes] of foreign) {
    it(`passes over 3 MB of ${name} quickly and without an event`, () => {
      const foreignBytes = bytes();
      for (const head of ['', ...formats.map(([, print]) => print([start]))]) {
        const startedAt = performance.now();
        const { entries } = entriesOf(Buffer.concat([Buffer.from(head), foreignBytes]), () => 65_536);
        const tookMs = performance.now() - startedAt;
        assert.ok(
          entries.length <= (head === '' ? 0 : 1),
          `${entries.length} entries behind ${head.slice(0, 20)}`,
        );
        assert.ok(tookMs < 3000, `${Math.round(tookMs)} ms behind ${head.slice(0, 20)}`);
      }
    });
  }

  it('finds the log behind 3 MB of something else', () => {
    const text = `${'what is this?\n'.repeat(220_000)}${printStderr('%m [%p] ', [start])}`;
    const { entries, log } = entriesOf(text);
    assert.deepEqual(
      entries.map(({ offset }) => offset),
      [3_080_000],
    );
    assert.ok(log.understanding.foreignBytes > 2_800_000);
  });

  it('counts a line that it does not understand once, whatever stands in it', () => {
    const noise = 'LOG:  FATAL:  PANIC:  '.repeat(20);
    const lines = [printStderr('%m [%p] ', [start]), `${noise}\n`, printStderr('%m [%p] ', [killed(7, 'x')])];
    const { entries, log } = entriesOf(lines.join(''));
    assert.equal(log.understanding.skipped, 1);
    assert.deepEqual(
      entries.map(({ entry }) => entry.severity),
      ['LOG', 'FATAL'],
    );
  });

  it('tells a line without newline only when nothing will follow', () => {
    const text = printStderr('%m [%p] ', [
      authorized(client(6), dayAt),
      authorized(client(7), dayAt + 1),
    ]).trimEnd();
    let told = 0;
    const log = new PostgresLog({ entry: () => (told += 1) }, {});
    log.begin(file, 0);
    pour(log, Buffer.from(text));
    log.caughtUp();
    log.settle();
    assert.equal(told, 1);
    log.end();
    assert.equal(told, 2);
  });

  it('tells a login at once, a FATAL when its DETAIL can have come', () => {
    let told = 0;
    const log = new PostgresLog({ entry: () => (told += 1) }, {});
    log.begin(file, 0);
    pour(log, Buffer.from(printStderr('%m [%p] ', [received(client(7), dayAt)])));
    log.caughtUp();
    assert.equal(told, 1);
    pour(log, Buffer.from(printStderr('%m [%p] ', [killed(7, 'select')])));
    log.caughtUp();
    assert.equal(told, 1);
    log.settle();
    assert.equal(told, 2);
  });

  it('waits for the rest of a csv record however long it takes', () => {
    const text = printCsv([start, killed(7, 'select\n1')]);
    const messages: string[] = [];
    const log = new PostgresLog({ entry: (entry) => messages.push(entry.statement ?? '') }, {});
    log.begin(file, 0);
    const cut = text.indexOf('select\n') + 7;
    pour(log, Buffer.from(text.slice(0, cut)));
    log.caughtUp();
    log.settle();
    assert.deepEqual(messages, ['']);
    pour(log, Buffer.from(text.slice(cut)));
    log.caughtUp();
    log.settle();
    assert.deepEqual(messages, ['', 'select\n1']);
  });
});

function byteSource(seed: number): () => number {
  const next = random(seed);
  return () => Math.floor(next() * 256);
}

describe('settledBytes', () => {
  const clients = Array.from({ length: 12 }, (_, index) => client(index + 10));
  const story: Printed[] = [
    start,
    ...clients.flatMap((each, index) => [
      received(each, dayAt + index * 100),
      authorized(each, dayAt + index * 100 + 1),
      index % 3 === 0
        ? killed(each.pid, 'select 1,\n2')
        : says(each, dayAt, 'ERROR', 'no', { statement: 'FATAL:  x\nLOG:  y' }),
      disconnected(each, dayAt + index * 100 + 50, 49),
    ]),
    background(3, dayAt + 5000, 'checkpoint starting: time'),
  ];
  const odd: Client = { ...client(50), user: 'two\nlines' };
  const broken = [
    ...story.slice(0, 4),
    received(odd, dayAt),
    authorized(odd, dayAt),
    disconnected(odd, dayAt, 1),
    ...story.slice(4),
  ];
  const cases: readonly (readonly [string, string])[] = [
    ...formats.map(([name, print]) => [name, print(story)] as const),
    ['stderr with a newline in a name', printStderr('%m [%p] %q%u@%d ', broken)],
    ['csv with a newline in a name', printCsv(broken)],
    ['CRLF', printStderr('%m [%p] %q%u@%d ', story, { eol: '\r\n' })],
  ];

  for (const [name, text] of cases) {
    it(`is where a restart tells every entry once: ${name}`, () => {
      const bytes = Buffer.from(text);
      const whole = entriesOf(bytes).entries.map(({ offset }) => offset);
      for (const seed of seeds(12, 60)) {
        const next = random(seed);
        const cut = Math.floor(next() * bytes.length);
        const offsets: number[] = [];
        const first = new PostgresLog({ entry: (_entry, _file, offset) => offsets.push(offset) }, {});
        first.begin(file, 0);
        pour(first, bytes.subarray(0, cut), () => 1 + Math.floor(next() * 500));
        if (next() < 0.7) first.caughtUp();
        if (next() < 0.5) first.settle();
        const from = first.settled?.offsetBytes ?? 0;
        const configuredPrefix = first.understanding.logLinePrefix;
        const second = new PostgresLog(
          { entry: (_entry, _file, offset) => offsets.push(offset) },
          { configuredPrefix },
        );
        second.begin(file, from);
        pour(second, bytes.subarray(from));
        second.caughtUp();
        second.end();
        assert.deepEqual(offsets, whole, `seed ${seed}: cut at ${cut}, restarted at ${from}`);
      }
    });
  }

  it('is behind everything that was told when reading ends in the middle', () => {
    const line = (n: number): string =>
      `2026-11-20 10:00:00.${String(n % 1000).padStart(3, '0')} UTC [${n}] LOG:  connection received: host=[local]\n`;
    const bytes = Buffer.from(Array.from({ length: 9000 }, (_, n) => line(n + 1)).join(''));
    const offsets: number[] = [];
    const log = new PostgresLog({ entry: (_entry, _file, offset) => offsets.push(offset) }, {});
    log.begin(file, 0);
    pour(log, bytes.subarray(0, bytes.length - 300_000));
    const waited = log.settled?.offsetBytes ?? 0;
    assert.equal(offsets.filter((offset) => offset >= waited).length, 0);
    log.leave();
    const left = log.settled?.offsetBytes ?? 0;
    assert.ok(left > waited && bytes.length - 300_000 - left < 200, `${waited}, ${left}`);
    assert.ok((offsets.at(-1) ?? 0) < left);
    assert.equal(offsets.length, bytes.subarray(0, left).toString().split('\n').length - 1);
  });
});
