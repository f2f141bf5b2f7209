import type { ScanTable } from '../../core/log/logFormat.ts';
import {
  verifyLabel,
  type Found,
  type Label,
  type NeedleLabels,
  type SearchedBytes,
  type Verdict,
} from './scanLabels.ts';
import type { WasmScan } from './wasmScan.ts';

/** A label, and where in it stands what the module finds. */
interface PlacedLabel {
  readonly label: Label;
  readonly foundAt: number;
  readonly others: boolean;
}

/** The search by the module, which answers places; what stands there is verified here. */
export class ScanPlaces {
  readonly #wasm: WasmScan;
  readonly #between: ScanTable['between'];
  /** By one byte of the label, at a place that is the same in all: the last of the word, or its first. */
  readonly #byByte: readonly (readonly PlacedLabel[])[];
  readonly #byteAt: number;

  /** Undefined where the module cannot find all of these labels. */
  static of(
    wasm: WasmScan,
    { framing, between }: ScanTable,
    labels: readonly NeedleLabels[],
  ): ScanPlaces | undefined {
    const all = labels.flatMap((each) => each.labels);
    const wanted = all
      .filter(({ isRaw }) => isRaw !== true)
      .map(({ text, messages }) => ({ text, starts: messages?.starts }));
    return wasm.want(framing, wanted) ? new ScanPlaces(wasm, { framing, between }, labels) : undefined;
  }

  private constructor(
    wasm: WasmScan,
    { framing, between }: Pick<ScanTable, 'framing' | 'between'>,
    labels: readonly NeedleLabels[],
  ) {
    this.#wasm = wasm;
    this.#between = between;
    this.#byteAt = framing === 'lines' ? -1 : 1;
    const placed = labels.flatMap(({ labels: each, others }) =>
      each.map((label) => ({ label, foundAt: foundAt(label, framing), others })),
    );
    this.#byByte = Array.from({ length: 256 }, (_, byte) =>
      placed.filter((each) => each.label.text[each.foundAt + this.#byteAt] === byte),
    );
  }

  restart(): void {
    // it remembers nothing
  }

  find({ bytes, startsLine, isMore, foreignFrom }: SearchedBytes, from: number): Found | undefined {
    const at = this.#wasm.search(from, bytes.length, startsLine, isMore);
    if (at >= bytes.length) return undefined;
    let verdict: Verdict = 'no';
    for (const { label, foundAt, others } of this.#byByte[bytes[at + this.#byteAt] ?? 0] ?? []) {
      if (others && at < foreignFrom) continue;
      const found = verifyLabel(bytes, at - foundAt, label, this.#between);
      if (typeof found === 'object') return { at, verdict: found };
      if (found === 'unfinished') verdict = found;
    }
    return { at, verdict };
  }
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
