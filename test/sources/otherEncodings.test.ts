import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import type { ScanTable } from '../../src/core/log/logFormat.ts';
import { csvTable, jsonTable, stderrTable } from '../../src/core/log/messageCatalog.ts';
import { Anchors } from '../../src/sources/tail/scanAnchors.ts';
import { encode, legacyEncodings } from '../../src/sources/tail/legacyEncodings.ts';
import { PostgresLog } from '../../src/sources/postgresLog.ts';
import { labelsOf } from '../../src/sources/tail/scanLabels.ts';
import type { ManyBytes } from '../../src/sources/tail/scanMessages.ts';
import { ScanLanguages } from '../../src/sources/tail/scanLanguages.ts';
import { WasmScan } from '../../src/sources/tail/wasmScan.ts';
import { pour } from '../core/folded.ts';
import {
  authorized,
  background,
  dayAt,
  disconnected,
  printCsv,
  printJson,
  printStderr,
  received,
  says,
  type Client,
  type Printed,
} from '../core/serverLog.ts';
import { translated } from './translatedLog.ts';

/** What may stand between a severity and its message. */
const between: Readonly<Record<ScanTable['between'], readonly string[]>> = {
  optionalSqlState: ['', '00000: '],
  csvSqlState: ['00000,"'],
  jsonMessageKey: ['message":"', 'state_code":"57P01","message":"'],
};

function textsIn({ bytes, ends }: ManyBytes): Buffer[] {
  return Array.from(ends, (end, index) => bytes.subarray(index === 0 ? 0 : (ends[index - 1] ?? 0) + 1, end));
}

/** Every label with every beginning of a message that may stand behind it, of which one is not in UTF-8. */
function* others(table: ScanTable): Generator<{ label: Buffer; said: Buffer }> {
  for (const { text, messages } of labelsOf(table, 'legacy').flatMap(({ labels }) => labels))
    for (const start of messages ? textsIn(messages.starts) : [Buffer.from('x')])
      if (!isUtf8(text) || !isUtf8(start))
        for (const each of between[table.between])
          yield { label: text, said: Buffer.concat([Buffer.from(each), start]) };
}

const prefix = '%m [%p] ';
const app: Client = { pid: 101, user: 'app', database: 'shop', host: '10.0.0.7', port: 5001, app: 'web' };
const inAscii = [received(app, dayAt), background(2, dayAt + 1, 'checkpoint complete')];
const inUtf8 = [...inAscii, background(2, dayAt + 2, 'caf\u00e9 \u4e8c\u90ce')];
const behind = background(2, dayAt + 900, 'checkpoint starting: time');

/** What a server says of a session, in each language and each encoding that it is written in. */
function* translatedRecords(): Generator<{ language: string; encoding: string; record: Printed }> {
  const records = [
    received({ ...app, pid: 102 }, dayAt + 100),
    authorized(app, dayAt + 200),
    says({ ...app, pid: 104 }, dayAt + 300, 'FATAL', 'password authentication failed for user "app"', {
      sqlState: '28P01',
    }),
    disconnected(app, dayAt + 400, 400),
  ];
  for (const { name, languages } of legacyEncodings)
    for (const language of languages)
      for (const record of records) yield { language, encoding: name, record };
}

function inEnglishSeverity(record: Printed): Printed {
  return { ...record, severity: record.sqlState === '28P01' ? 'FATAL' : 'LOG' };
}

/** The messages of a log whose second part is written piece by piece, and is the first that is not in UTF-8. */
function toldOf(first: Buffer, second: Buffer, last: Buffer, pieces: number): string[] {
  const told: string[] = [];
  const log = new PostgresLog({ entry: ({ message }) => told.push(message) }, { logLinePrefix: prefix });
  log.begin({ path: 'x', identity: { device: 1, inode: 1, head: '', headBytes: 0 } }, 0);
  pour(log, first);
  log.caughtUp();
  const rest = Buffer.concat([second, last]);
  for (let at = 0; at < rest.length; at += pieces) {
    pour(log, rest.subarray(at, at + pieces));
    // what is here may be all that was written so far, and nothing may follow for a while
    if (at % 2 === 0) log.caughtUp();
    if (at % 3 === 0) log.settle();
  }
  log.end();
  return told;
}

describe('a label or a message that is not in UTF-8', () => {
  for (const [name, table] of Object.entries({ stderr: stderrTable, csv: csvTable, json: jsonTable }))
    it(`is found by what its bytes look like, before it is searched for: ${name}`, () => {
      const wasm = WasmScan.start() ?? assert.fail();
      const anchors = new Anchors(table, wasm);
      let count = 0;
      for (const { label, said } of others(table)) {
        const before = Buffer.from('2026-11-20 09:00:00 UTC [1] ');
        const bytes = Buffer.concat([before, label, said, Buffer.from(' and so on up to its end\n')]);
        wasm.input.set(bytes);
        anchors.restart();
        const searched = { bytes: wasm.input.subarray(0, bytes.length), startsLine: true, isMore: true };
        const found = anchors.find({ ...searched, foreignFrom: 0, isLegacy: false }, 0);
        const at = (found?.at ?? Number.NaN) - before.length;
        assert.ok(at >= 0 && at < label.length, `${label.toString('latin1')}${said.toString('latin1')}`);
        count += 1;
      }
      assert.ok(count > 100, `${count} are tried`);
    });

  for (const [name, print] of [
    ['stderr', (records: readonly Printed[]) => printStderr(prefix, records)],
    ['csv', printCsv],
    // there the severity is never translated (jsonlog.c)
    ['json', (records: readonly Printed[]) => printJson(records.map(inEnglishSeverity))],
  ] as const)
    for (const pieces of [1, 2, 3, 5, 13, 64])
      it(`is found at first sight, in pieces of ${pieces} bytes: ${name}`, () => {
        for (const { language, encoding, record } of translatedRecords()) {
          const bytes = encode(print([translated(record, language)]), encoding);
          if (!bytes || isUtf8(bytes)) continue;
          for (const before of [inAscii, inUtf8]) {
            const told = toldOf(Buffer.from(print(before)), bytes, Buffer.from(print([behind])), pieces);
            assert.equal(told.length, 2, `${language} in ${encoding}: ${bytes.toString('latin1')}`);
          }
        }
      });

  it('is not seen in a line that is in UTF-8, wherever it is cut', () => {
    const line = Buffer.from(
      '2026-11-20 \u4e8c\u90ce@\u00e9t\u00e9 \ud83d\ude00\ud83d\ude00 LOG:  \u043e\u0448\u0438\u0431\u043a\u0430',
    );
    for (let from = 0; from < line.length; from += 1)
      for (let to = from + 1; to <= line.length; to += 1)
        for (let at = from; at < to; at += 1)
          assert.ok(!new ScanLanguages().turnLegacyAt(line.subarray(from, to), at - from), `${from} ${to}`);
  });

  it('is seen in a line that is not, once', () => {
    const languages = new ScanLanguages();
    const bytes = Buffer.from('\u00e9\nLOG:  connexion re\xe7ue\n', 'latin1');
    assert.ok(languages.turnLegacyAt(bytes, 5));
    assert.ok(!languages.turnLegacyAt(bytes, 5));
  });
});
