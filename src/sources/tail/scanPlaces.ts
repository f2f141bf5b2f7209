import type { ScanTable } from '../../core/log/logFormat.ts';
import {
  verifyLabel,
  type Found,
  type Label,
  type NeedleLabels,
  type SearchedBytes,
  type Verdict,
  type Words,
} from './scanLabels.ts';
import { wantedLabels, type WantedLabels } from './wantedLabels.ts';
import type { WasmScan } from './wasmScan.ts';

/** A label, and where in it stands what the module finds. */
interface PlacedLabel {
  readonly label: Label;
  readonly foundAt: number;
  readonly others: boolean;
}

/** What is made of the labels of a table, once for all logs. */
interface Prepared {
  readonly wanted: WantedLabels;
  /** By one byte of the label, at a place that is the same in all: the last of the word, or its first. */
  readonly byByte: readonly (readonly PlacedLabel[])[];
  readonly byteAt: number;
}

const prepared = new WeakMap<readonly NeedleLabels[], Prepared | null>();

/** The search by the module, which answers places; what stands there is verified here. */
export class ScanPlaces {
  readonly #wasm: WasmScan;
  readonly #between: ScanTable['between'];
  readonly #labels: Prepared;

  /** Undefined where the module cannot find all of these labels. */
  static of(
    wasm: WasmScan,
    table: ScanTable,
    labels: readonly NeedleLabels[],
    words: Words,
  ): ScanPlaces | undefined {
    const known = prepared.get(labels);
    const found = known === undefined ? prepare(table.framing, labels) : known;
    prepared.set(labels, found);
    if (!found) return undefined;
    wasm.want(found.wanted, words === 'utf8');
    return new ScanPlaces(wasm, table.between, found);
  }

  private constructor(wasm: WasmScan, between: ScanTable['between'], labels: Prepared) {
    this.#wasm = wasm;
    this.#between = between;
    this.#labels = labels;
  }

  restart(): void {
    this.#wasm.restart();
  }

  find({ bytes, startsLine, isMore, foreignFrom }: SearchedBytes, from: number): Found | undefined {
    const at = this.#wasm.search(from, bytes.length, startsLine, isMore);
    if (at >= bytes.length) return undefined;
    const { byByte, byteAt } = this.#labels;
    let verdict: Verdict = 'no';
    for (const { label, foundAt, others } of byByte[bytes[at + byteAt] ?? 0] ?? []) {
      if (others && at < foreignFrom) continue;
      const found = verifyLabel(bytes, at - foundAt, label, this.#between);
      if (typeof found === 'object') return { at, verdict: found };
      if (found === 'unfinished') verdict = found;
    }
    return { at, verdict };
  }
}

function prepare(framing: ScanTable['framing'], labels: readonly NeedleLabels[]): Prepared | null {
  const placed = labels.flatMap(({ labels: each, others }) =>
    each.map((label) => ({ label, foundAt: foundAt(label, framing), others })),
  );
  const all = placed.map(({ label }) => label).filter(({ isRaw }) => isRaw !== true);
  const wanted = wantedLabels(
    framing,
    all.map(({ text, messages }) => ({ text, starts: messages?.starts })),
  );
  if (!wanted) return null;
  const byteAt = framing === 'lines' ? -1 : 1;
  const byByte = Array.from({ length: 256 }, (): PlacedLabel[] => []);
  for (const each of placed) byByte[each.label.text[each.foundAt + byteAt] ?? 0]?.push(each);
  return { wanted, byByte, byteAt };
}

function foundAt({ text, isRaw }: Label, framing: ScanTable['framing']): number {
  if (isRaw === true) return text.indexOf('ked');
  switch (framing) {
    case 'lines':
      return text.length - 3;
    case 'csv':
      return 0;
    case 'singleLine':
      return text.indexOf(':"') + 1;
  }
}
