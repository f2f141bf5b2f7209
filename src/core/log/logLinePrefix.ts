import { isSectionLabel } from './labels.ts';
import type { SectionLabel } from './labelTexts.ts';
import type { LogEntry, Severity } from './logEntry.ts';
import type { Naming } from './logFormat.ts';
import type { LogClock } from './logTimestamp.ts';
import { nameEvidence } from './nameEvidence.ts';
import { prefixEscapes, readingOrder, type PrefixFields } from './prefixEscapes.ts';
import { PrefixMatcher, type PrefixReading } from './prefixMatcher.ts';

/** What one physical line says before its message: the fields of the prefix and the label that follows them. */
export interface PrefixedLine {
  readonly label: Severity | SectionLabel;
  /** Index of the text after `LABEL:  `. */
  readonly textAt: number;
  readonly fields: Partial<LogEntry>;
}

/** A log_line_prefix, compiled: reads the fields of a line and finds its label. */
export class LogLinePrefix {
  readonly text: string;
  readonly #matcher: PrefixMatcher;
  /** Places of the escapes, in the order in which they are read. */
  readonly #order: readonly number[];
  /** The line that was read last, and the ways in which it can be: these are asked for next. */
  #last: { readonly line: string; readonly readings: LineReadings } | undefined;

  constructor(text: string) {
    this.text = text;
    this.#matcher = new PrefixMatcher(text);
    const { letters } = this.#matcher;
    this.#order = readingOrder.flatMap((wanted) =>
      letters.flatMap((letter, place) => (letter === wanted ? [place] : [])),
    );
  }

  /** True when the prefix has this escape, e.g. `has('p')`. */
  has(escape: string): boolean {
    return this.#matcher.letters.includes(escape);
  }

  /**
   * Reads the line that starts at the beginning of `text`; undefined when it does not begin like this prefix. Takes
   * time in proportion to the line. Where names can be told apart in more than one way, the message decides.
   */
  read(text: string, clock: LogClock): PrefixedLine | undefined {
    // a newline in a name breaks the line; else what stands in the next lines is no part of the prefix
    const end = text.indexOf('\n');
    return (
      (end < 0 ? undefined : this.#read(text.slice(0, end), text, clock)) ?? this.#read(text, text, clock)
    );
  }

  /** Reads a line whose prefix ends behind its first newline, where the message bears the names out. */
  readBroken(text: string, clock: LogClock): PrefixedLine | undefined {
    const end = text.indexOf('\n');
    const line = end < 0 ? undefined : this.readBehind(text, end + 1, clock);
    return line && nameEvidence(line.fields, line.label, text.slice(line.textAt)) > 0 ? line : undefined;
  }

  /** Reads a client's line whose label stands at or behind an index: what stands before it looks like one, and is a name. */
  readBehind(text: string, from: number, clock: LogClock): PrefixedLine | undefined {
    if (!this.#matcher.tellsClients) return undefined;
    const readings = this.#matcher.readings(text, true).filter(({ labelAt }) => labelAt >= from);
    return this.#likeliest(readings, text, clock);
  }

  /** The ways to tell the names in this line apart (LogFormat). */
  namings(line: string, clock: LogClock): readonly Naming[] {
    const { others, ofClient } = this.#last?.line === line ? this.#last.readings : this.#readings(line);
    const lines = [
      ...others.map((reading) => this.#line(reading, clock, false)),
      ...ofClient.map((reading) => this.#line(reading, clock, this.#isOfClient)),
    ];
    const [first, ...more] = lines;
    return more.every((line) => first && differInNames(first, line)) ? lines.map(namingOf) : [];
  }

  #readings(line: string): LineReadings {
    return { others: this.#ofOthers(line), ofClient: this.#matcher.readings(line, true) };
  }

  /** Reads the prefix in `head`, with which `text` begins. */
  #read(head: string, text: string, clock: LogClock): PrefixedLine | undefined {
    const others = this.#ofOthers(head);
    const [other] = others;
    if (other && isFinal(other)) return this.#line(other, clock, false);
    const readings = this.#matcher.readings(head, true);
    this.#last = { line: head, readings: { others, ofClient: readings } };
    const ofClient = this.#likeliest(readings, text, clock);
    if (ofClient) return ofClient;
    return other && this.#line(other, clock, false);
  }

  #ofOthers(line: string): readonly PrefixReading[] {
    return this.#matcher.tellsClients ? this.#matcher.readings(line, false) : [];
  }

  get #isOfClient(): true | undefined {
    return this.#matcher.tellsClients || undefined;
  }

  #likeliest(readings: readonly PrefixReading[], text: string, clock: LogClock): PrefixedLine | undefined {
    const lines = readings.map((reading) => this.#line(reading, clock, this.#isOfClient));
    return likeliestOf(lines, (line) => text.slice(line.textAt));
  }

  #line(reading: PrefixReading, clock: LogClock, fromClient: boolean | undefined): PrefixedLine {
    const fields: PrefixFields = {};
    for (const place of this.#order) {
      const value = reading.values[place];
      if (value !== undefined)
        prefixEscapes.get(this.#matcher.letters[place] ?? '')?.read?.(fields, value, clock);
    }
    if (fromClient !== undefined) fields.fromClient = fromClient;
    const { text, means } = reading.label;
    return { label: means, textAt: reading.labelAt + text.length, fields };
  }
}

/** The readings of a line: those that others than clients print, and those that clients do. */
interface LineReadings {
  readonly others: readonly PrefixReading[];
  readonly ofClient: readonly PrefixReading[];
}

const nameFields = ['user', 'database', 'applicationName'] as const satisfies (keyof Naming)[];

function namingOf({ fields }: PrefixedLine): Naming {
  const naming: { -readonly [Field in keyof Naming]: Naming[Field] } = {};
  for (const field of nameFields) if (field in fields) naming[field] = fields[field];
  return naming;
}

/** Do two readings of a line find the same beside names? */
function differInNames(one: PrefixedLine, other: PrefixedLine): boolean {
  return (
    one.textAt === other.textAt &&
    (Object.keys(one.fields) as (keyof LogEntry)[]).every(
      (field) =>
        (nameFields as readonly string[]).includes(field) || one.fields[field] === other.fields[field],
    )
  );
}

/** Of the ways to read a line, that whose names the message has too; else the first. `textOf` answers what stands behind its label. */
export function likeliestOf(
  lines: readonly PrefixedLine[],
  textOf: (line: PrefixedLine) => string,
): PrefixedLine | undefined {
  const [first] = lines;
  if (!first || lines.length === 1) return first;
  let best = first;
  let most = Number.NEGATIVE_INFINITY;
  let rivals = 0;
  for (const line of lines) {
    const evidence = nameEvidence(line.fields, line.label, textOf(line));
    // a name that holds a label and its own message is quoted by the message behind it, too
    const isBetter = evidence > most || (evidence === most && evidence > 0 && line.textAt > best.textAt);
    rivals = evidence > most ? 0 : evidence === most ? rivals + 1 : rivals;
    if (!isBetter) continue;
    best = line;
    most = evidence;
  }
  return rivals === 0 ? best : { ...best, fields: { ...best.fields, namesAreGuessed: true } };
}

/**
 * Where the prefix has stopped at one of these, nothing that follows is a name: the text of a statement that goes on
 * like a prefix and a label is no other line. (LOG and FATAL are not among them: a name can be made to look like them
 * by a client that was not let in yet, the text of these lines cannot.)
 */
function isFinal({ label: { means } }: PrefixReading): boolean {
  return isSectionLabel(means) || means === 'ERROR' || means === 'WARNING';
}
