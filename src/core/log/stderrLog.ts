import { classifyFailure } from '../connection/failure.ts';
import { isSectionLabel } from './labels.ts';
import type { SectionLabel } from './labelTexts.ts';
import type { LogEntry } from './logEntry.ts';
import type { LogFormat, Naming } from './logFormat.ts';
import { KnownPrefixes } from './knownPrefixes.ts';
import type { LogLinePrefix, PrefixedLine } from './logLinePrefix.ts';
import type { LogClock } from './logTimestamp.ts';
import { stderrTable } from './messageCatalog.ts';
import { shapeOfPrefix, type RecurringShape } from './recurringShape.ts';

/** The longest message or section that is kept of one entry, in characters. */
const longestText = 65_536;

/**
 * A panic of a thread that is not the backend's own: Rust writes it to stderr, where no time and no process stands
 * before it. Its message goes up to the backtrace.
 */
function threadPanic(text: string): LogEntry {
  const rawText = text.slice(0, longestText).trim();
  const [message = ''] = rawText.split(/\n(?:note: |stack backtrace:|\s*\n)/, 1);
  return { severity: 'ERROR', message, rawText };
}

/** `log_destination = stderr`: prefix, `SEVERITY:  `, message; TAB continues; companion lines repeat the prefix. */
export class StderrLog implements LogFormat {
  readonly name = 'stderr';
  readonly table = stderrTable;
  readonly #prefixes: KnownPrefixes;
  readonly #clock: LogClock;
  #shape: { readonly prefix: string; readonly recurring: RecurringShape | undefined } | undefined;

  /** Several prefixes are tried in order; `firstLines` are those from which they were told. */
  constructor(prefixes: readonly LogLinePrefix[], clock: LogClock, firstLines: readonly string[] = []) {
    this.#prefixes = new KnownPrefixes(prefixes, clock, firstLines);
    this.#clock = clock;
  }

  /** The prefix that is tried first. */
  get logLinePrefix(): string | undefined {
    return this.#prefixes.text;
  }

  get learned(): string {
    return JSON.stringify(this.#prefixes.texts);
  }

  mark(): () => void {
    return this.#prefixes.mark();
  }

  get recurring(): RecurringShape | undefined {
    const prefix = this.#prefixes.text;
    if (prefix === undefined) return undefined;
    if (this.#shape?.prefix !== prefix)
      this.#shape = { prefix, recurring: shapeOfPrefix(prefix, this.#clock) };
    return this.#shape.recurring;
  }

  read(text: string): LogEntry | undefined {
    return this.#entry(text, this.#prefixes.read(text));
  }

  namings(line: string): readonly Naming[] {
    return this.#prefixes.namings(line);
  }

  readRaw(text: string): LogEntry {
    return threadPanic(text);
  }

  explainsRawText({ severity, message }: LogEntry): boolean {
    return (
      severity === 'LOG' && message.includes('PID') && classifyFailure({ severity, message }).kind === 'crash'
    );
  }

  readBroken(text: string): LogEntry | undefined {
    return this.#entry(text, this.#prefixes.readBroken(text));
  }

  readBehind(text: string, from: number): LogEntry | undefined {
    return this.#entry(text, this.#prefixes.readBehind(text, from));
  }

  #entry(text: string, head: PrefixedLine | undefined): LogEntry | undefined {
    if (!head || isSectionLabel(head.label)) return undefined;
    const { message, sections } = this.#assemble(text.slice(head.textAt, head.textAt + 2 * longestText));
    const verbose = /^((?=.{0,4}\d)[0-9A-Z]{5}): /.exec(message);
    const entry: LogEntry = {
      ...head.fields,
      severity: head.label,
      sqlState: verbose?.[1] ?? head.fields.sqlState,
      message: verbose ? message.slice(verbose[0].length) : message,
      detail: sections.DETAIL,
      hint: sections.HINT,
      context: sections.CONTEXT,
      statement: sections.STATEMENT,
      location: sections.LOCATION,
    };
    this.#prefixes.notice(entry);
    return entry;
  }

  lineKind(line: string): 'section' | 'other' | 'unknown' {
    const label = this.#prefixes.read(line)?.label;
    if (label === undefined) return 'unknown';
    return isSectionLabel(label) ? 'section' : 'other';
  }

  adapt(line: string): boolean {
    return this.#prefixes.learn(line);
  }

  /** Puts the lines of one record together: the message, and its sections by label. */
  #assemble(text: string): { message: string; sections: Partial<Record<SectionLabel, string>> } {
    const sections: Partial<Record<SectionLabel, string>> = {};
    if (!text.includes('\n')) return { message: text.slice(0, longestText), sections };
    const lines = text.split('\n');
    let message = lines[0] ?? '';
    let current: SectionLabel | undefined;
    for (const line of lines.slice(1)) {
      if (line.startsWith('\t')) {
        const more = `\n${line.slice(1)}`;
        if (current === undefined) message += more;
        else sections[current] = (sections[current] ?? '') + more;
        continue;
      }
      const section = this.#prefixes.read(line);
      if (!section || !isSectionLabel(section.label)) continue;
      current = section.label;
      sections[current] = line.slice(section.textAt);
    }
    return { message: message.slice(0, longestText), sections };
  }
}
