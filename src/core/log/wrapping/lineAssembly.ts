import { labelAt } from '../labels.ts';
import type { WrappedLine } from './wrappedLine.ts';

/** Records of several pieces are kept open while so many others begin: processes write them one between the other. */
const mostOpen = 64;
/** The longest line that is put together of parts. */
const longestLine = 1024 * 1024;
/** A prefix as long as this tells a line of its own from a piece of one that was cut. */
const tellingPrefix = 12;

/** A line of the log, put together, and where in the file its first part stands. */
export interface AssembledLine {
  readonly text: string;
  readonly offsetBytes: number;
}

interface OpenRecord {
  readonly key: string;
  readonly lines: string[];
  readonly offsetBytes: number;
}

/** What is written in front of lines that do not say it themselves. */
export interface AddedPrefix {
  readonly time: boolean;
  readonly pid: boolean;
}

/**
 * Puts lines together that came in parts, those of one source only: parts that end without a newline, and the pieces
 * in which syslog passes on a long message or one of several lines. Lines come out in the order of their beginnings.
 */
export class LineAssembly {
  /** Lines of other sources, by source. */
  readonly leftOut = new Map<string, number>();
  readonly #source: string | undefined;
  readonly #added: AddedPrefix;
  readonly #emit: (line: AssembledLine) => void;
  #partial: { text: string; readonly offsetBytes: number } | undefined;
  #open: OpenRecord[] = [];

  /** `source`: whose lines are wanted; undefined = all. */
  constructor(source: string | undefined, added: AddedPrefix, emit: (line: AssembledLine) => void) {
    this.#source = source;
    this.#added = added;
    this.#emit = emit;
  }

  /** Where the first part stands that is still kept; undefined = nothing is. */
  get keptFromBytes(): number | undefined {
    return this.#partial?.offsetBytes ?? this.#open[0]?.offsetBytes;
  }

  add(line: WrappedLine, offsetBytes: number): void {
    if (this.#source !== undefined && line.source !== this.#source) {
      const name = line.source ?? '';
      if (this.leftOut.size < 100 || this.leftOut.has(name))
        this.leftOut.set(name, (this.leftOut.get(name) ?? 0) + 1);
      return;
    }
    const partial = this.#partial;
    const text = partial ? partial.text + line.text : line.text;
    const from = partial?.offsetBytes ?? offsetBytes;
    this.#partial = undefined;
    if (line.isPartial === true && text.length < longestLine) this.#partial = { text, offsetBytes: from };
    else this.#whole({ ...line, text }, from);
  }

  /** Nothing follows for now: what is kept is whole. */
  flush(): void {
    for (const record of this.#open.splice(0)) this.#tell(record);
  }

  /** No more will come: a part is all there is of its line. */
  end(): void {
    const partial = this.#partial;
    this.#partial = undefined;
    if (partial) this.#whole({ text: partial.text }, partial.offsetBytes);
    this.flush();
  }

  #whole(line: WrappedLine, offsetBytes: number): void {
    const { piece, pid } = line;
    if (!piece) {
      this.flush();
      this.#emit({ text: this.#prefixed(line), offsetBytes });
      return;
    }
    const isSame = (record: OpenRecord): boolean =>
      piece.record === undefined ? record.key.startsWith(`${pid ?? ''} `) : record.key === piece.record;
    const record = piece.number === 1 ? undefined : this.#open.findLast(isSame);
    if (record) {
      this.#append(record, line);
      return;
    }
    const key = piece.record ?? `${pid ?? ''} `;
    this.#open.push({ key, lines: [this.#prefixed(line)], offsetBytes });
    if (this.#open.length > mostOpen) this.#open.splice(0, 1).forEach((first) => this.#tell(first));
  }

  /** A piece begins with TAB, with a prefix, or in the middle of a line that was too long (write_syslog in elog.c). */
  #append({ lines }: OpenRecord, line: WrappedLine): void {
    const { text } = line;
    const isOwnLine = text.startsWith('\t') || beginsLike(lines[0] ?? '', this.#prefixed(line));
    const last = lines.at(-1) ?? '';
    if (isOwnLine) lines.push(text.startsWith('\t') ? text : this.#prefixed(line));
    else if (last.length < longestLine) lines[lines.length - 1] = last + text;
  }

  #tell({ lines, offsetBytes }: OpenRecord): void {
    for (const text of lines) this.#emit({ text, offsetBytes });
  }

  #prefixed({ text, at, pid }: WrappedLine): string {
    if (text.startsWith('\t') || text === '') return text;
    const time = this.#added.time && at !== undefined ? `${stamp(at)} UTC ` : '';
    return `${time}${this.#added.pid && pid !== undefined ? `[${pid}] ` : ''}${text}`;
  }
}

/** Whether a line begins like another of the same process: with the same prefix, or, without any, with a label. */
function beginsLike(first: string, line: string): boolean {
  let labelled = 0;
  while (labelled < Math.min(first.length, 1024) && !labelAt(first, labelled)) labelled += 1;
  if (labelled === 0) return labelAt(line, 0) !== undefined;
  return line.startsWith(first.slice(0, Math.min(labelled, tellingPrefix)));
}

/** `2026-11-20 10:03:25.811`, as `%m` has it without the zone. */
function stamp(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', '');
}
