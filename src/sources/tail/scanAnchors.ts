import type { ScanTable } from '../../core/log/logFormat.ts';
import {
  labelsOf,
  verifyLabel,
  type Found,
  type Label,
  type NeedleLabels,
  type SearchedBytes,
  type Verdict,
  type Words,
} from './scanLabels.ts';
import { ScanPlaces } from './scanPlaces.ts';
import type { ScanMode } from './scanFrames.ts';
import type { WasmScan } from './wasmScan.ts';

/** Finds labels from left to right. */
interface Search {
  /** The first place at or after `from` where a label may stand; undefined = none. */
  find(searched: SearchedBytes, from: number): Found | undefined;
  /** Forgets what was found: the bytes have moved or grown. */
  restart(): void;
}

const newline = 0x0a;
/** So much of what stands behind a place tells that something is not in UTF-8 (assembly/encodings.ts), and more. */
const mostNear = 80;

/**
 * The severities of a table, searched all at once from left to right. In other words than English they are searched
 * only from a place on that is given, and in other encodings than UTF-8 only where there are such: where a log is in
 * English and ASCII, it is searched for four needles and no more. The module searches in their place where there is one
 * that can.
 */
export class Anchors {
  readonly #table: ScanTable;
  readonly #wasm: WasmScan | null;
  #search: Search | undefined;
  #words: Words = 'english';
  readonly #longestNeedle: number;

  constructor(table: ScanTable, wasm: WasmScan | null) {
    this.#table = table;
    this.#wasm = wasm;
    const needles = [...table.labels('ascii').anchors, ...(table.raw ? [table.raw] : [])].map(
      ({ needle }) => needle,
    );
    this.#longestNeedle = Math.max(...needles.map((needle) => Buffer.byteLength(needle)));
  }

  restart(): void {
    this.#search?.restart();
  }

  find(searched: SearchedBytes, from: number): Found | undefined {
    const words = wordsOf(searched);
    if (words !== this.#words && this.#words !== 'legacy') {
      this.#words = words === 'english' ? this.#words : words;
      this.#search = undefined;
    }
    // not before it is known in which words: to be made ready for them is dear
    this.#search ??= searchOf(this.#table, this.#words, this.#wasm);
    return this.#search.find(searched, from);
  }

  /** Bytes before the end in which an anchor may have begun without being found. */
  get undecidedBytes(): number {
    return this.isFast ? mostNear : this.#longestNeedle - 1;
  }

  /** What stands here is no label in UTF-8, and too little is here to tell whether it is one in another encoding. */
  isUndecided({ at, verdict }: Found, bytes: Buffer, mode: ScanMode): boolean {
    if (verdict !== 'no' || mode === 'final' || !this.isFast || this.#words !== 'utf8') return false;
    return bytes.length - at < mostNear && !bytes.includes(newline, at);
  }

  /** Whether it is the module that searches. */
  get isFast(): boolean {
    return this.#search instanceof ScanPlaces;
  }
}

function wordsOf({ bytes, foreignFrom, isLegacy }: SearchedBytes): Words {
  if (isLegacy) return 'legacy';
  return foreignFrom < bytes.length ? 'utf8' : 'english';
}

function searchOf(table: ScanTable, words: Words, wasm: WasmScan | null): Search {
  const labels = labelsOf(table, words);
  return (wasm ? ScanPlaces.of(wasm, table, labels, words) : undefined) ?? new Needles(table, labels);
}

interface Needle extends NeedleLabels {
  readonly labelsAt: (bytes: Buffer, at: number) => readonly Label[];
}

/** The search that needs nothing but `Buffer.indexOf`: each needle for itself, and always the nearest. */
class Needles implements Search {
  readonly #between: ScanTable['between'];
  readonly #needles: readonly Needle[];
  readonly #next: number[] = [];

  constructor(table: ScanTable, labels: readonly NeedleLabels[]) {
    this.#between = table.between;
    const others = labels.some((each) => each.others) ? table.labels('any').others : undefined;
    this.#needles = labels.map((each) => {
      if (!each.others || !others) return { ...each, labelsAt: () => each.labels };
      const byLastByte = Array.from({ length: 256 }, (_, byte) =>
        each.labels.filter(({ text }) => text.at(-1 - others.wordEnd) === byte),
      );
      const last = others.labelEnd - others.wordEnd - 1;
      return { ...each, labelsAt: (bytes, at) => byLastByte[bytes[at + last] ?? 0] ?? [] };
    });
  }

  restart(): void {
    this.#next.fill(-1);
  }

  find({ bytes, foreignFrom }: SearchedBytes, from: number): Found | undefined {
    let nearest = Number.POSITIVE_INFINITY;
    let nearestNeedle: Needle | undefined;
    for (const [index, each] of this.#needles.entries()) {
      const least = each.others ? Math.max(from, foreignFrom) : from;
      let at = this.#next[index] ?? -1;
      if (at < least) {
        const found = bytes.indexOf(each.needle, least);
        at = found < 0 ? Number.POSITIVE_INFINITY : found;
        this.#next[index] = at;
      }
      if (at < nearest) {
        nearest = at;
        nearestNeedle = each;
      }
    }
    if (!nearestNeedle) return undefined;
    let verdict: Verdict = 'no';
    for (const label of nearestNeedle.labelsAt(bytes, nearest)) {
      const found = verifyLabel(bytes, nearest + label.end - label.text.length, label, this.#between);
      if (typeof found === 'object') return { at: nearest, verdict: found };
      if (found === 'unfinished') verdict = found;
    }
    return { at: nearest, verdict };
  }
}
