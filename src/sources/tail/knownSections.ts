import { isAscii } from '../../core/isAscii.ts';
import type { LogFormat } from '../../core/log/logFormat.ts';
import { areTypical, namedHead } from '../../core/log/namedHead.ts';
import type { LineParts } from './lineParts.ts';

/** Heads that are remembered, and texts. */
const mostHeads = 65_536;
const mostTexts = 1024;

/** What is known of lines of a DETAIL, CONTEXT, …, in whose text another label stands. */
export class KnownSections {
  /** Heads of such lines. */
  readonly #heads = new Set<string>();
  /** And kinds of heads, with names of which the typical ones can be read in one way. */
  readonly #kinds = new Set<string>();
  /** Could a head end in this text, before another label? */
  readonly #texts = new Map<string, boolean>();

  clear(): void {
    this.#heads.clear();
    this.#kinds.clear();
    this.#texts.clear();
  }

  /** Takes note of the head of such a line. */
  note({ head, message }: LineParts, format: LogFormat, line: () => string): void {
    const plainHead = format.recurring?.plainHead;
    if (!this.mayEndIn(message, format)) this.#noteHead(head);
    const named = plainHead && namedHead(head, plainHead);
    if (named && areTypical(named, plainHead) && format.namings?.(line()).length === 1)
      this.#kinds.add(named.skeleton);
  }

  /**
   * Is a line with these parts surely one? It is if its head can be read, and either no head can end at another label, or
   * this one cannot go on up to there: it is like that of a line which is one. `alike`: all are that differ in names only
   * which are plain as well.
   */
  isOne({ head, message }: LineParts, format: LogFormat): 'alike' | 'itself' | undefined {
    const plainHead = format.recurring?.plainHead;
    const isClear = !this.mayEndIn(message, format);
    const isAlike = plainHead?.mayGoOn !== undefined && isAscii(message);
    const named = isAlike ? namedHead(head, plainHead) : undefined;
    if (isClear && named) return 'alike';
    if (isClear) return this.#heads.has(head) ? 'itself' : undefined;
    if (!named || !this.#kinds.has(named.skeleton) || plainHead?.mayGoOn?.(message) !== false)
      return undefined;
    return 'alike';
  }

  /** Could a head end somewhere in this text, before a label? */
  mayEndIn(text: string, { recurring }: LogFormat): boolean {
    let mayEnd = this.#texts.get(text);
    if (mayEnd !== undefined) return mayEnd;
    mayEnd = !isAscii(text) || recurring?.head?.mayEndIn(text) !== false;
    if (this.#texts.size < mostTexts) this.#texts.set(text, mayEnd);
    return mayEnd;
  }

  #noteHead(head: string): void {
    if (this.#heads.size < mostHeads) this.#heads.add(head);
  }
}
