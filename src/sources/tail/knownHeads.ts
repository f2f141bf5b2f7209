import { isAscii } from '../../core/isAscii.ts';
import type { LogEntry } from '../../core/log/logEntry.ts';
import type { LogFormat, Naming } from '../../core/log/logFormat.ts';
import { likeliestOf } from '../../core/log/logLinePrefix.ts';
import { areTypical, namedHead } from '../../core/log/namedHead.ts';
import type { PlainHead } from '../../core/log/plainHead.ts';
import { plainLabel, utf8Of, type LineParts } from './lineParts.ts';

/** Heads that are remembered without having been read. */
const mostHeads = 65_536;
/** An SQLSTATE. */
const code = /^[0-9A-Z]{5}$/;

/** What a head says. */
export interface KnownHead {
  /** Of the line of which it was read. */
  readonly entry: LogEntry;
  /** Where its names can be told apart in several ways: which it is, the message says (LogFormat). */
  readonly namings?: readonly Naming[];
}

/** What a head says of which a line was read; undefined = it is not only its names that can be told apart in several ways. */
export function headOf(entry: LogEntry, namings: readonly Naming[]): KnownHead | undefined {
  if (namings.length < 2) return namings.length === 1 ? { entry } : undefined;
  const { namesAreGuessed: _, ...certain } = entry;
  return { entry: certain, namings };
}

/** What a head says that stands before a message; undefined = that must be read. */
export function entryBefore(
  { entry, namings }: KnownHead,
  { message: key }: LineParts,
  message: () => string | undefined,
): LogEntry | undefined {
  if (!namings) return entry;
  const label = plainLabel.exec(key)?.[1] as 'LOG' | 'FATAL' | undefined;
  const text = message();
  if (label === undefined || text === undefined || text.includes('\n')) return undefined;
  const { backendType, fromClient } = entry;
  const lines = namings.map((naming) => ({
    label,
    textAt: 0,
    fields: { backendType, fromClient, ...naming },
  }));
  const { fields } = likeliestOf(lines, () => text) ?? {};
  if (!fields) return undefined;
  const { backendType: _type, fromClient: _isClient, ...names } = fields;
  return { ...entry, ...names };
}

/** What heads say, each read of a line that has it, or of one that is like it but for its names. */
export class KnownHeads {
  /** Undefined = it must be read, or is none of the usual. */
  readonly #heads = new Map<string, KnownHead | undefined>();
  /** The same, by where their code stands. */
  readonly #uncoded = new Map<string, KnownHead>();
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
  note(head: string, known: KnownHead | undefined, { recurring }: LogFormat): void {
    this.#heads.set(head, known);
    const plainHead = recurring?.plainHead;
    if (!known || !plainHead) return;
    const code = codeIn(head, plainHead);
    if (code) this.#uncoded.set(code.place, known);
    const named = known.namings ? undefined : namedHead(head, plainHead);
    if (named && areTypical(named, plainHead)) this.#kinds.set(named.skeleton, known.entry);
  }

  /** What a head says; undefined = it is not known, or must be read. */
  find(head: string, format: LogFormat): KnownHead | undefined {
    return this.#heads.has(head) ? this.#heads.get(head) : this.#like(head, format);
  }

  /** What a head says that was not met, if one is known that is like it but for its names, or its code. */
  #like(head: string, { recurring }: LogFormat): KnownHead | undefined {
    if (!recurring?.plainHead) return undefined;
    const code = codeIn(head, recurring.plainHead);
    const like = code && this.#uncoded.get(code.place);
    const known = like
      ? { ...like, entry: { ...like.entry, sqlState: code.text } }
      : this.#ofKind(head, recurring.plainHead);
    if (!known || this.#heads.size >= mostHeads) return known;
    this.#heads.set(head, known);
    if (code && !like) this.#uncoded.set(code.place, known);
    return known;
  }

  /** Can all heads that differ from this one in plain names only be read alike? */
  areAlike(head: string, { recurring }: LogFormat): boolean {
    const named = recurring?.plainHead && namedHead(head, recurring.plainHead);
    return named !== undefined && this.#kinds.has(named.skeleton);
  }

  #ofKind(head: string, plainHead: PlainHead): KnownHead | undefined {
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
    return { entry };
  }
}

/**
 * The SQLSTATE that is told before the severity, and what another would have to stand in to be read alike: what stands there
 * besides, and whether it has digits only, which might be a number; undefined = none is.
 */
function codeIn(head: string, { codeAt }: PlainHead): { text: string; place: string } | undefined {
  const at = codeAt?.(head) ?? -1;
  const text = head.slice(at, at + 5);
  if (at < 0 || !code.test(text)) return undefined;
  return { text, place: `${/^\d+$/.test(text) ? '0' : 'A'}${head.slice(0, at)}${head.slice(at + 5)}` };
}
