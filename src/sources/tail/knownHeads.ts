import { isAscii } from '../../core/isAscii.ts';
import type { LogEntry } from '../../core/log/logEntry.ts';
import type { LogFormat } from '../../core/log/logFormat.ts';
import { areTypical, namedHead, type PlainHead } from '../../core/log/plainHead.ts';
import { utf8Of } from './lineParts.ts';

/** Heads that are remembered without having been read. */
const mostHeads = 65_536;
/** An SQLSTATE. */
const code = /^[0-9A-Z]{5}$/;

/** What heads say, each read of a line that has it, or of one that is like it but for its names. */
export class KnownHeads {
  /** Undefined = it can be read in several ways, or is none of the usual. */
  readonly #heads = new Map<string, LogEntry | undefined>();
  /** What heads say whose names are plain, by what stands in them besides their code. */
  readonly #uncoded = new Map<string, LogEntry>();
  /** And of each kind of head whose names are plain one that has such. */
  readonly #kinds = new Map<string, LogEntry>();

  clear(): void {
    this.#heads.clear();
    this.#uncoded.clear();
    this.#kinds.clear();
  }

  has(head: string): boolean {
    return this.#heads.has(head);
  }

  /** Takes note of what a head says; undefined = it says something else before other messages. */
  note(head: string, entry: LogEntry | undefined, { recurring }: LogFormat): void {
    this.#heads.set(head, entry);
    const named = recurring?.plainHead && namedHead(head, recurring.plainHead);
    if (entry && named && areTypical(named, recurring.plainHead)) this.#kinds.set(named.skeleton, entry);
  }

  /** What a head says; undefined = it is not known, or must be read. */
  find(head: string, format: LogFormat): LogEntry | undefined {
    return this.#heads.has(head) ? this.#heads.get(head) : this.#like(head, format);
  }

  /** What a head says that was not met, if one is known that is like it but for its names. */
  #like(head: string, { recurring }: LogFormat): LogEntry | undefined {
    if (!recurring?.plainHead) return undefined;
    const at = recurring.plainHead.codeAt?.(head) ?? -1;
    const sqlState = head.slice(at, at + 5);
    const uncoded = at >= 0 && code.test(sqlState) ? head.slice(0, at) + head.slice(at + 5) : undefined;
    const like = uncoded === undefined ? undefined : this.#uncoded.get(uncoded);
    const entry = like ? { ...like, sqlState } : this.#ofKind(head, recurring.plainHead);
    if (!entry || this.#heads.size >= mostHeads) return entry;
    this.#heads.set(head, entry);
    if (uncoded !== undefined && !like) this.#uncoded.set(uncoded, entry);
    return entry;
  }

  #ofKind(head: string, plainHead: PlainHead): LogEntry | undefined {
    const named = namedHead(head, plainHead);
    const known = named && this.#kinds.get(named.skeleton);
    if (!known) return undefined;
    const entry: { -readonly [Field in keyof LogEntry]: LogEntry[Field] } = { ...known };
    for (const field of plainHead.fields) {
      const name = named.names[field];
      if (name === undefined) continue;
      const text = isAscii(name) ? name : utf8Of(name);
      if (text === undefined) return undefined;
      entry[field] = text;
    }
    return entry;
  }
}
