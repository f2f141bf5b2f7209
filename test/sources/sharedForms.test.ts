import assert from 'node:assert/strict';

import { lineOf, type LineBlock } from '../../src/core/log/lineBlock.ts';
import type { LogEntry } from '../../src/core/log/logEntry.ts';
import { LogLinePrefix } from '../../src/core/log/logLinePrefix.ts';
import { LogClock } from '../../src/core/log/logTimestamp.ts';
import { entryOf } from '../../src/core/log/recurring.ts';
import { StderrLog } from '../../src/core/log/stderrLog.ts';
import { feed } from '../../src/sources/tail/feed.ts';
import { Scan } from '../../src/sources/tail/scan.ts';
import { WasmScan } from '../../src/sources/tail/wasmScan.ts';
import { generateLog } from '../bench/generator/generateLog.ts';

const prefix = '%m [%p] %q%u@%d ';

function generated(seed: number): Buffer {
  const chunks: Buffer[] = [];
  generateLog({ seed, format: 'stderr', prefix, share: 50, bytes: 200_000 }, (text) =>
    chunks.push(Buffer.from(text, 'latin1')),
  );
  return Buffer.concat(chunks);
}

/** A scan of its own, as each thread has one, with what it has told. */
class Reader {
  readonly entries: LogEntry[] = [];
  readonly scan = new Scan(
    {
      entry: (entry) => this.entries.push(entry),
      lines: (block) => this.#take(block),
      notUnderstood: () => undefined,
      understood: () => undefined,
    },
    () => WasmScan.start(),
  );

  constructor() {
    this.scan.format = new StderrLog([new LogLinePrefix(prefix)], new LogClock(undefined));
  }

  read(bytes: Uint8Array): this {
    this.scan.begin(0);
    feed({ room: () => this.scan.room(), took: (count) => this.scan.took(count) }, bytes);
    this.scan.settle(true);
    return this;
  }

  #take(block: LineBlock): void {
    for (let index = 0; index < block.count; index += 1) this.entries.push(entryOf(lineOf(block, index)));
  }
}

describe('forms of lines that another scan has learned', () => {
  const bytes = generated(1);
  const first = new Reader().read(bytes);
  const forms = first.scan.recurring?.learned(0) ?? [];

  it('are read without being learned again', () => {
    const other = new Reader().read(bytes.subarray(0, 2000));
    for (const form of forms) other.scan.recurring?.adopt(form);
    const told = other.entries.length;
    const known = other.scan.recurring?.learned(0).length ?? 0;
    other.read(bytes);
    assert.deepEqual(other.entries.slice(told), first.entries);
    assert.ok(forms.length > 100 && known >= forms.length);
    assert.deepEqual(other.scan.recurring?.learned(known), []);
  });

  it('are the same form where both have learned it', () => {
    const other = new Reader().read(generated(2));
    const own = other.scan.recurring?.learned(0) ?? [];
    const known = new Map(own.map(({ constants }, number) => [constants, number]));
    const numbers = forms.map((form) => other.scan.recurring?.adopt(form));
    assert.deepEqual(
      numbers.filter((number) => number !== undefined && number < own.length),
      forms.flatMap(({ constants }) => known.get(constants) ?? []),
    );
    assert.equal(new Set(numbers).size, forms.length);
    assert.ok(numbers.some((number) => number !== undefined && number < own.length));
  });
});
