import assert from 'node:assert/strict';
import { entriesOf } from '../core/folded.ts';
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
import { wrappings } from '../core/wrapped.ts';

const app: Client = { pid: 101, user: 'app', database: 'shop', host: '10.0.0.7', port: 5001, app: 'web' };
const bob: Client = { pid: 104, user: 'bob', database: 'shop', host: '10.0.0.8', port: 5002 };
const long = `insert into t values ('${'x'.repeat(300)}',\n\t'LOG:  connection authorized: user=evil database=x')`;
const story: Printed[] = [
  background(1, dayAt, 'starting PostgreSQL 17.2 on x86_64-pc-linux-gnu, compiled by gcc'),
  background(1, dayAt + 9, 'database system is ready to accept connections'),
  received(app, dayAt + 10),
  authorized(app, dayAt + 20),
  says(app, dayAt + 400, 'ERROR', 'relation "x" does not exist', { sqlState: '42P01', statement: long }),
  received(bob, dayAt + 500),
  says(bob, dayAt + 510, 'FATAL', 'password authentication failed for user "bob"', {
    detail:
      'Role "bob" does not exist.\nConnection matched file "/etc/pg_hba.conf" line 4: "host all all all md5"',
  }),
  disconnected(app, dayAt + 800, 790),
];
const plain = printStderr('%m [%p] ', story);
const brief = (text: string | Uint8Array, pieces?: () => number): unknown =>
  entriesOf(text, pieces, { now: Date.UTC(2026, 10, 27) }).entries.map(({ entry }) => [
    entry.pid,
    entry.severity,
    entry.message,
    entry.detail,
  ]);
const expected = brief(plain);

/** The text of the file's line at which an entry is said to stand. */
function lineAt(text: string, offset: number): string {
  const bytes = Buffer.from(text);
  const end = bytes.indexOf(0x0a, offset);
  return bytes.subarray(offset, end < 0 ? bytes.length : end).toString();
}

describe('a wrapped log', () => {
  for (const [name, wrap] of Object.entries(wrappings)) {
    const text = wrap(plain);

    it(`tells what the log itself tells: ${name}`, () => {
      assert.deepEqual(brief(text), expected);
      const { log } = entriesOf(text);
      assert.notEqual(log.understanding.wrapping, undefined);
      assert.equal(log.understanding.skipped, 0);
    });

    it(`has its entries at lines of the file: ${name}`, () => {
      for (const { entry, offset } of entriesOf(text).entries) {
        const at = Buffer.from(text)[offset - 1];
        assert.ok(offset === 0 || at === 0x0a, `${entry.message} at ${offset}`);
      }
      const refused = entriesOf(text).entries.find(({ entry }) => entry.severity === 'FATAL');
      const places = text.split('\n').findIndex((line) => line.includes('password authentication failed'));
      const line = text.slice(0, refused?.offset).split('\n').length - 1;
      assert.ok(Math.abs(places - line) <= 6, lineAt(text, refused?.offset ?? 0));
    });

    it(`tells the same however it is sliced: ${name}`, () => {
      for (const size of [1, 7, 100])
        assert.deepEqual(
          brief(text, () => size),
          expected,
          `pieces of ${size}`,
        );
      const next = random(3);
      assert.deepEqual(
        brief(text, () => 1 + Math.floor(next() * 400)),
        expected,
      );
    });
  }

  for (const [name, print] of [
    ['csv', printCsv],
    ['json', printJson],
  ] as const) {
    for (const outer of ['docker json-file', 'Kubernetes CRI', 'docker compose', 'docker logs -t'])
      it(`may be in ${name}: ${outer}`, () => {
        assert.deepEqual(brief(wrappings[outer]?.(print(story)) ?? ''), brief(print(story)));
      });
  }

  it('is read to the end of a line that is cut off', () => {
    const text = (wrappings['Kubernetes CRI']?.(plain) ?? '').trimEnd();
    assert.deepEqual(brief(text), expected);
  });

  it('leaves out what another service says, and names another server', () => {
    const other = plain.split('\n').map((line) => `replica-1  | ${line}\n`);
    const text = plain
      .split('\n')
      .map((line, index) => `db-1       | ${line}\n${other[index] ?? ''}`)
      .join('');
    assert.deepEqual(brief(text), expected);
    assert.deepEqual(entriesOf(text).log.understanding.otherServers, ['replica-1']);
  });

  it('of CloudNativePG tells what a csv log tells', () => {
    const records = story.map((record) => ({
      level: 'info',
      ts: '2026-11-20T09:58:00Z',
      logger: 'postgres',
      msg: 'record',
      logging_pod: 'cluster-1',
      record: {
        log_time: new Date(record.at).toISOString().replace('T', ' ').replace('Z', ' UTC'),
        process_id: String(record.pid),
        connection_from: record.host === undefined ? '' : `${record.host}:${record.port ?? 1}`,
        user_name: record.user ?? '',
        database_name: record.database ?? '',
        error_severity: record.severity,
        sql_state_code: record.sqlState ?? '00000',
        message: record.message,
        detail: record.detail ?? '',
        backend_type: record.background === true ? 'postmaster' : 'client backend',
      },
    }));
    const lines = [{ level: 'info', logger: 'instance-manager', msg: 'starting' }, ...records];
    assert.deepEqual(brief(lines.map((line) => `${JSON.stringify(line)}\n`).join('')), expected);
  });

  for (const [name, encode] of [
    ['UTF-16 as PowerShell writes it', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16 the other way round', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
  ] as const) {
    it(`may be in another encoding: ${name}`, () => {
      const bytes = encode(plain.replaceAll('\n', '\r\n').replaceAll('bob', 'Ωbob'));
      const wanted = brief(plain.replaceAll('bob', 'Ωbob'));
      assert.deepEqual(brief(bytes), wanted);
      for (const size of [1, 3, 1000])
        assert.deepEqual(
          brief(bytes, () => size),
          wanted,
        );
    });
  }

  for (const text of [
    plain,
    printStderr('%a | %m [%p] ', story),
    printStderr('app | %m [%p] ', story),
    printCsv(story),
    printJson(story),
  ])
    it(`is none: ${text.slice(0, 40)}`, () => {
      assert.equal(entriesOf(text).entries.length, story.length - 1);
      assert.ok(!text.startsWith(' |') || entriesOf(text).log.understanding.wrapping === undefined);
    });
});
