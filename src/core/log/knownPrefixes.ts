import { parseConnectionMessage } from '../connection/connectionMessage.ts';
import { classifyFailure } from '../connection/failure.ts';
import type { LogEntry } from './logEntry.ts';
import type { Naming } from './logFormat.ts';
import { LogLinePrefix, type PrefixedLine } from './logLinePrefix.ts';
import type { LogClock } from './logTimestamp.ts';
import { firstMessage } from './nameEvidence.ts';
import { inferPrefix, type InferredPrefix } from './prefixInference.ts';
import { longestPrefix } from './prefixMatcher.ts';
import { labelledLine } from './prefixSamples.ts';
import { PrefixWitness } from './prefixWitness.ts';
import { isRecord } from './records.ts';

/** How many prefixes are tried, lines kept from which they were told, and refused lines kept. */
const mostPrefixes = 8;
const mostFirstLines = 50;
const mostRefused = 64;
/** Lines whose reading is remembered. */
const mostLately = 4;
/** The server's default (manual, section 19.8.3). */
const defaultPrefix = '%m [%p] ';
/** An inference is dear: of the refused lines, each of so many leads to one, then only the 16th, 64th, 256th, … */
const firstInferences = 4;

/**
 * The prefixes that a log has had so far, the newest first. A reload changes the prefix in the middle of a file, and
 * each process changes over in its own time; an inferred prefix may turn out to have been told from too little.
 */
export class KnownPrefixes {
  readonly #prefixes: LogLinePrefix[];
  readonly #clock: LogClock;
  readonly #firstLines: readonly string[];
  readonly #refused: string[] = [];
  #refusals = 0;
  #nextInference = 1;
  /** A line is asked for twice: what it says, and of what kind it is; those of an entry's sections one after the other. */
  readonly #lately = new Map<string, PrefixedLine | undefined>();
  /** Was a client received by a process that is not the first of all? Then the numbers are not those of lines. */
  #tellsProcesses = false;
  /** Lines that tell of clients that the first of all has received. */
  readonly #ofFirst: string[] = [];
  /** Has an entry been read, or a line refused, before? A log may begin in the middle of a line, of which nothing is learned. */
  #hasBegun: boolean;

  /** `firstLines`: what the prefixes were told from. */
  constructor(prefixes: readonly LogLinePrefix[], clock: LogClock, firstLines: readonly string[]) {
    this.#prefixes = [...prefixes];
    this.#clock = clock;
    this.#firstLines = firstLines.slice(0, mostFirstLines);
    this.#hasBegun = firstLines.length > 0;
  }

  /** All of them, in the order in which they are tried. */
  get texts(): readonly string[] {
    return this.#prefixes.map(({ text }) => text);
  }

  /** Answers what takes back everything that is learned from now on. */
  mark(): () => void {
    const prefixes = [...this.#prefixes];
    const refused = [...this.#refused];
    const refusals = this.#refusals;
    const nextInference = this.#nextInference;
    const hasBegun = this.#hasBegun;
    const tellsProcesses = this.#tellsProcesses;
    return () => {
      this.#prefixes.splice(0, this.#prefixes.length, ...prefixes);
      this.#refused.splice(0, this.#refused.length, ...refused);
      this.#refusals = refusals;
      this.#nextInference = nextInference;
      this.#hasBegun = hasBegun;
      this.#tellsProcesses = tellsProcesses;
      this.#lately.clear();
    };
  }

  /** The prefix that is tried first. */
  get text(): string | undefined {
    return this.#prefixes[0]?.text;
  }

  /** Reads a line with the first prefix that it does not contradict. */
  read(text: string): PrefixedLine | undefined {
    if (this.#lately.has(text)) return this.#lately.get(text);
    const line = this.#read(text);
    const [oldest] = this.#lately.size < mostLately ? [] : this.#lately.keys();
    if (oldest !== undefined) this.#lately.delete(oldest);
    this.#lately.set(text, line);
    return line;
  }

  #read(text: string): PrefixedLine | undefined {
    for (const prefix of this.#prefixes) {
      const line = prefix.read(text, this.#clock);
      if (!line) continue;
      if (line.fields.pid === 1 && this.#numbersLines(prefix, text)) {
        const numbered = new LogLinePrefix(prefix.text.replace(/%(-?\d*)p/, '%$1l'));
        this.#believe(numbered);
        // it never was this log's, and whatever it reads the other does
        this.#prefixes.splice(this.#prefixes.indexOf(prefix), 1);
        return numbered.read(text, this.#clock);
      }
      if (!isClientsOwn(line, text)) return line;
      const stem = new LogLinePrefix(prefix.text.replace(/%q.*$/s, ''));
      if (this.#prefixes.some(({ text: known }) => known === stem.text)) continue;
      // the prefix seemed to stop at `%q` on a line that only a client's process prints: it ends there now
      this.#believe(stem);
      return stem.read(text, this.#clock);
    }
    return undefined;
  }

  /** A client is received by process 1: does the prefix have the number of the line there, as the other lines tell? */
  #numbersLines(prefix: LogLinePrefix, text: string): boolean {
    if (this.#tellsProcesses || prefix.has('l') || prefix.has('c')) return false;
    if (labelledLine(text)?.message?.kind !== 'received') return false;
    const witness = new PrefixWitness();
    for (const line of new Set([...this.#firstLines, ...this.#ofFirst, text])) {
      const labelled = labelledLine(line);
      const read = prefix.read(line, this.#clock);
      if (labelled && read) witness.hear(read, labelled);
    }
    if (this.#ofFirst.length < 2) this.#ofFirst.push(text);
    return witness.numbersLines;
  }

  /** The ways to tell the names in the line apart (LogFormat), where only one prefix is known. */
  namings(line: string): readonly Naming[] {
    const [prefix, ...others] = this.#prefixes;
    return prefix && others.length === 0 ? prefix.namings(line, this.#clock) : [];
  }

  /** Reads a line of which a name has a newline that the message quotes. */
  readBroken(text: string): PrefixedLine | undefined {
    return this.#first((prefix) => prefix.readBroken(text, this.#clock));
  }

  /** Reads a line whose label stands at or behind an index. */
  readBehind(text: string, from: number): PrefixedLine | undefined {
    return this.#first((prefix) => prefix.readBehind(text, from, this.#clock));
  }

  #first(read: (prefix: LogLinePrefix) => PrefixedLine | undefined): PrefixedLine | undefined {
    for (const prefix of this.#prefixes) {
      const line = read(prefix);
      if (line) return line;
    }
    return undefined;
  }

  /** Takes note of an entry that was read, and the new value of log_line_prefix from the one that tells of it. */
  notice(entry: LogEntry): void {
    this.#hasBegun = true;
    if (!this.#tellsProcesses && entry.pid !== undefined && entry.pid !== 1)
      this.#tellsProcesses = parseConnectionMessage(entry)?.kind === 'received';
    if (entry.fromClient === true || !entry.message.includes('log_line_prefix')) return;
    const text = newPrefix(parseConnectionMessage(entry));
    if (text !== undefined && text !== this.text) this.#believe(new LogLinePrefix(text));
  }

  /** Learns from a line that no prefix reads; answers whether one does now. */
  learn(line: string): boolean {
    if (isRecord(line)) return false;
    this.#refused.push(line.slice(0, longestPrefix * 2));
    if (this.#refused.length > mostRefused) this.#refused.shift();
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      return false;
    }
    this.#refusals += 1;
    const told = newPrefix(labelledLine(line)?.message);
    const learned =
      told !== undefined && new LogLinePrefix(told).read(line, this.#clock) ? told : this.#inferred(line);
    if (learned === undefined) return false;
    this.#believe(new LogLinePrefix(learned));
    this.#refused.length = 0;
    this.#refusals = 0;
    this.#nextInference = 1;
    return true;
  }

  #inferred(line: string): string | undefined {
    if (this.#refusals < this.#nextInference) return undefined;
    this.#nextInference = this.#refusals < firstInferences ? this.#refusals + 1 : this.#refusals * 4;
    const all = inferPrefix([...this.#firstLines, ...this.#refused], this.#clock);
    const refused = inferPrefix(this.#refused, this.#clock);
    return [
      all && this.#continues(all) ? all : undefined,
      refused && isBelieved(refused) ? refused : undefined,
    ].find((inferred) => inferred?.prefix.read(line, this.#clock))?.prefix.text;
  }

  /** `%m [%p] ` was inferred from lines of background processes; `%m [%p] %q%u@%d ` is what the sessions print. */
  #continues({ prefix, understood, labelled, doubts }: InferredPrefix): boolean {
    const stem = this.text?.replace(/%q.*$/s, '') ?? '';
    return (stem !== '' && prefix.text.startsWith(stem)) || (understood === labelled && doubts === 0);
  }

  /** It is tried first from now on; the others stay, for what is still written with them. */
  #believe(prefix: LogLinePrefix): void {
    this.#lately.clear();
    const known = this.#prefixes.findIndex(({ text }) => text === prefix.text);
    if (known >= 0) this.#prefixes.splice(known, 1);
    this.#prefixes.unshift(prefix);
    if (this.#prefixes.length > mostPrefixes) this.#prefixes.pop();
  }
}

/** A time and a process are believed at once, less only when several lines agree on it. */
function isBelieved({ prefix, understood, doubts, agreed }: InferredPrefix): boolean {
  const hasTime = ['m', 't', 'n'].some((escape) => prefix.has(escape));
  const hasProcess = prefix.has('p') || prefix.has('c');
  if (hasTime) return hasProcess || understood >= firstInferences;
  return hasProcess && understood >= firstInferences && doubts === 0 && agreed > 1;
}

/** The value that log_line_prefix has from now on, where a message says it. */
function newPrefix(message: ReturnType<typeof parseConnectionMessage>): string | undefined {
  if (message?.kind !== 'server' || message.what !== 'parameterChanged') return undefined;
  return message.name === 'log_line_prefix' ? (message.value ?? defaultPrefix) : undefined;
}

/** What a process says to which the prefix has no client, and cannot: a client's message. */
function isClientsOwn({ fields, label, textAt }: PrefixedLine, text: string): boolean {
  if (fields.fromClient !== false) return false;
  const message = firstMessage(text.slice(textAt));
  if (label === 'FATAL') return classifyFailure({ severity: label, message }).phase === 'authentication';
  if (label !== 'LOG') return false;
  const kind = parseConnectionMessage({ severity: 'LOG', message })?.kind;
  return kind !== undefined && kind !== 'server' && kind !== 'clientTrouble';
}
