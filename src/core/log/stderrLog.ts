import { isSectionLabel, type SectionLabel } from './labels.ts';
import type { LogEntry } from './logEntry.ts';
import type { LogFormat } from './logFormat.ts';
import { LogLinePrefix } from './logLinePrefix.ts';
import type { LogClock } from './logTimestamp.ts';
import { stderrTable } from './messageCatalog.ts';
import { inferPrefix } from './prefixInference.ts';

/** The longest message or section that is kept of one entry, in characters. */
const longestText = 65_536;
const longestPrefix = 1024;
/** How many prefixes are tried, and refused lines kept. */
const mostPrefixes = 8;
const mostRefused = 64;

/** `log_destination = stderr`: prefix, `SEVERITY:  `, message; TAB continues; companion lines repeat the prefix. */
export class StderrLog implements LogFormat {
  readonly name = 'stderr';
  readonly table = stderrTable;
  readonly #prefixes: LogLinePrefix[];
  /** Some first lines, and the last that no prefix read: what a new inference is made from. */
  readonly #seen: readonly string[];
  readonly #refused: string[] = [];
  #refusals = 0;
  readonly #clock: LogClock;

  /** Several prefixes are tried in order: a reload can change the prefix in the middle of a file. */
  constructor(prefixes: readonly LogLinePrefix[], clock: LogClock, firstLines: readonly string[] = []) {
    this.#prefixes = [...prefixes];
    this.#seen = firstLines.slice(0, 50);
    this.#clock = clock;
  }

  /** The prefix that is tried first. */
  get logLinePrefix(): string | undefined {
    return this.#prefixes[0]?.text;
  }

  read(text: string): LogEntry | undefined {
    const head = this.#readLine(text);
    if (!head || isSectionLabel(head.label)) return undefined;
    if (head.fields.fromClient === false && ofClient.test(text.slice(head.textAt, head.textAt + 64)))
      return this.#unstop(text) ? this.read(text) : undefined;
    const { message, sections } = this.#assemble(text.slice(head.textAt, head.textAt + 2 * longestText));
    const verbose = /^((?=.{0,4}\d)[0-9A-Z]{5}): /.exec(message);
    return {
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
  }

  lineKind(line: string): 'section' | 'other' | 'unknown' {
    const label = this.#readLine(line)?.label;
    if (label === undefined) return 'unknown';
    return isSectionLabel(label) ? 'section' : 'other';
  }

  /** A new prefix is tried first from now on; the old ones stay, for what is still written with them. */
  adapt(line: string): boolean {
    this.#refused.push(line.slice(0, longestPrefix));
    if (this.#refused.length > mostRefused) this.#refused.shift();
    this.#refusals += 1;
    // an inference is dear: after the first ones only at 8, 16, 32, … lines
    if (this.#refusals > 4 && (this.#refusals & (this.#refusals - 1)) !== 0) return false;
    const reads = (prefix: LogLinePrefix | undefined): boolean =>
      prefix?.read(line, this.#clock) !== undefined;
    const learned = [this.#continued(), this.#changed()].find(reads);
    if (!learned) return false;
    this.#prefixes.unshift(learned);
    if (this.#prefixes.length > mostPrefixes) this.#prefixes.pop();
    this.#refused.length = 0;
    this.#refusals = 0;
    return true;
  }

  /** `%m [%p] ` was inferred from lines of background processes; `%m [%p] %q%u@%d ` is what the sessions print. */
  #continued(): LogLinePrefix | undefined {
    const stem = this.logLinePrefix?.replace(/%q.*$/s, '') ?? '';
    const inferred = inferPrefix([...this.#seen, ...this.#refused], this.#clock)?.prefix;
    return stem !== '' && inferred?.text.startsWith(stem) === true ? inferred : undefined;
  }

  /** A time and a process are believed at once, less only when several lines agree on it. */
  #changed(): LogLinePrefix | undefined {
    const inferred = inferPrefix(this.#refused, this.#clock);
    const has = (escape: string): boolean => inferred?.prefix.has(escape) === true;
    if (!inferred || !(has('m') || has('t') || has('n'))) return undefined;
    return has('p') || has('c') || inferred.understood >= 4 ? inferred.prefix : undefined;
  }

  /** The prefix seemed to stop at `%q` on a line that only a client's process prints: it ends there now. */
  #unstop(text: string): boolean {
    const index = this.#prefixes.findIndex((prefix) => prefix.text.includes('%q'));
    const stem = new LogLinePrefix(this.#prefixes[index]?.text.replace(/%q.*$/s, '') ?? '');
    if (index < 0 || !stem.read(text, this.#clock)) return false;
    this.#prefixes.splice(index, 1);
    this.#prefixes.unshift(stem);
    return true;
  }

  #readLine(text: string): ReturnType<LogLinePrefix['read']> {
    for (const prefix of this.#prefixes) {
      const line = prefix.read(text, this.#clock);
      if (line) return line;
    }
    return undefined;
  }

  /** Puts the lines of one record together: the message, and its sections by label. */
  #assemble(text: string): { message: string; sections: Partial<Record<SectionLabel, string>> } {
    const sections: Partial<Record<SectionLabel, string>> = {};
    if (!text.includes('\n')) return { message: text.slice(0, longestText), sections };
    const lines = text.split(/\r?\n/);
    let message = lines[0] ?? '';
    let current: SectionLabel | undefined;
    for (const line of lines.slice(1)) {
      if (line.startsWith('\t')) {
        const more = `\n${line.slice(1)}`;
        if (current === undefined) message += more;
        else sections[current] = (sections[current] ?? '') + more;
        continue;
      }
      const section = this.#readLine(line);
      if (!section || !isSectionLabel(section.label)) continue;
      current = section.label;
      sections[current] = line.slice(section.textAt);
    }
    return { message: message.slice(0, longestText), sections };
  }
}

/** What a process says to which the prefix has no client, and cannot: the text of a name that imitates a line. */
const ofClient =
  /^(?:replication )?connection (?:received|authenticated|authorized|ready): ?|^disconnection: /;
