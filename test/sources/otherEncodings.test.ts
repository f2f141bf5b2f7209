import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import type { ScanTable } from '../../src/core/log/logFormat.ts';
import { csvTable, jsonTable, stderrTable } from '../../src/core/log/messageCatalog.ts';
import { Anchors } from '../../src/sources/tail/scanAnchors.ts';
import { labelsOf } from '../../src/sources/tail/scanLabels.ts';
import { ScanLanguages } from '../../src/sources/tail/scanLanguages.ts';
import { WasmScan } from '../../src/sources/tail/wasmScan.ts';

/** What may stand between a severity and its message. */
const between: Readonly<Record<ScanTable['between'], readonly string[]>> = {
  optionalSqlState: ['', '00000: '],
  csvSqlState: ['00000,"'],
  jsonMessageKey: ['message":"', 'state_code":"57P01","message":"'],
};

/** Every label with every beginning of a message that may stand behind it, of which one is not in UTF-8. */
function* others(table: ScanTable): Generator<{ label: Buffer; said: Buffer }> {
  for (const { text, messages } of labelsOf(table, 'legacy').flatMap(({ labels }) => labels))
    for (const start of messages?.starts ?? [Buffer.from('x')])
      if (!isUtf8(text) || !isUtf8(start))
        for (const each of between[table.between])
          yield { label: text, said: Buffer.concat([Buffer.from(each), start]) };
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
