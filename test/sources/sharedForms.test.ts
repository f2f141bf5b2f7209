import assert from 'node:assert/strict';

import { lineOf, type LineBlock } from '../../src/core/log/lineBlock.ts';
import type { LogEntry } from '../../src/core/log/logEntry.ts';
import { LogLinePrefix } from '../../src/core/log/logLinePrefix.ts';
import { LogClock } from '../../src/core/log/logTimestamp.ts';
import { entryOf } from '../../src/core/log/recurring.ts';
import { StderrLog } from '../../src/core/log/stderrLog.ts';
import { feed } from '../../src/sources/tail/feed.ts';
import type { NumberedForm } from '../../src/sources/tail/learnedForms.ts';
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

  readonly format = new StderrLog([new LogLinePrefix(prefix)], new LogClock(undefined));

  constructor() {
    this.scan.format = this.format;
  }

  /** All forms that it has learned, and not adopted. */
  get forms(): readonly NumberedForm[] {
    return this.scan.recurring?.learning.forms.ownFrom(0) ?? [];
  }

  adopt(form: NumberedForm): number | undefined {
    return this.scan.recurring?.learning.adopt(form, this.format, form.number);
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
  const { forms } = first;

  it('are read without being learned again', () => {
    const other = new Reader().read(bytes.subarray(0, 2000));
    for (const form of forms) other.adopt(form);
    const told = other.entries.length;
    const known = other.scan.recurring?.learning.forms.count ?? 0;
    other.read(bytes);
    assert.deepEqual(other.entries.slice(told), first.entries);
    assert.ok(forms.length > 100 && known >= forms.length);
    assert.deepEqual(other.scan.recurring?.learning.forms.from(known), []);
  });

  it('are told back by their numbers, and what stands in them is known in other lines', () => {
    const [other, alone] = [0, 1].map(() => new Reader().read(bytes.subarray(0, 2000))) as [Reader, Reader];
    const known = other.scan.recurring?.learning.forms.count ?? 0;
    const half = forms.slice(0, forms.length / 2);
    const added = half.filter((form) => (other.adopt(form) ?? 0) >= known);
    assert.deepEqual(
      other.scan.recurring?.learning.forms.from(known),
      added.map(({ number }) => number),
    );
    const readOneByOne = (reader: Reader): number =>
      reader.read(bytes).forms.filter(({ divided }) => divided).length;
    const [helped, unhelped] = [readOneByOne(other), readOneByOne(alone)];
    assert.ok(added.length > 50 && 3 * helped < 2 * unhelped, `${helped} of ${unhelped}`);
    assert.deepEqual(other.entries, alone.entries);
  });

  it('are the same form where both have learned it', () => {
    const other = new Reader().read(generated(2));
    const own = other.forms;
    const known = new Map(own.map(({ constants }, number) => [constants, number]));
    const numbers = forms.map((form) => other.adopt(form));
    assert.deepEqual(
      numbers.filter((number) => number !== undefined && number < own.length),
      forms.flatMap(({ constants }) => known.get(constants) ?? []),
    );
    assert.equal(new Set(numbers).size, forms.length);
    assert.ok(numbers.some((number) => number !== undefined && number < own.length));
  });
});
