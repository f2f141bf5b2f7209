import type { LogEntry } from './logEntry.ts';
import type { LogFormatName } from './logPlace.ts';
import type { RecurringShape } from './recurringShape.ts';

/** The names that a line says before its severity, as far as its prefix has them. */
export type Naming = Partial<Pick<LogEntry, 'user' | 'database' | 'applicationName'>>;

/** What may stand between the severity and the message, where the scan must step over it. */
export type BetweenSeverityAndMessage =
  /** stderr: nothing, or `XXXXX: ` when log_error_verbosity = verbose */
  | 'optionalSqlState'
  /** csv: `XXXXX,"` */
  | 'csvSqlState'
  /** json: `message":"`, with `state_code":"XXXXX","` before it unless the code is 00000 */
  | 'jsonMessageKey';

/** One severity that the scan looks for, as it stands in the bytes (UTF-8 of these strings). */
export interface ScanAnchor {
  /** What is searched. Its first character is rare in logs, because a short search runs at the speed of that byte. */
  readonly needle: string;
  /** What must stand directly before and after the needle. */
  readonly before: string;
  readonly after: string;
  /** The languages that have this word for the severity; `en` is English. */
  readonly languages: readonly string[];
  /** Beginnings of the messages that matter, as the format writes them; empty = every message, with its sections. */
  readonly messages: readonly ScanMessage[];
}

/** The beginning of a message that matters. */
export interface ScanMessage {
  readonly start: string;
  /** The record's DETAIL, HINT, … lines belong to the entry (stderr; in the other formats they always do). */
  readonly sections: boolean;
  /** The languages that have a message which begins so. */
  readonly languages: readonly string[];
}

/**
 * Severities in words that no anchor finds. There are many, so they are searched all by what follows them, which is
 * not as rare: only where a log has shown that it is not in English alone.
 */
export interface OtherLabels {
  /** Stands at or behind the end of every one of these labels. */
  readonly needle: string;
  /** Where the label ends, in bytes from the beginning of the needle. */
  readonly labelEnd: number;
  /** How many bytes of the label, the same in all, follow the word itself. */
  readonly wordEnd: number;
  readonly labels: readonly {
    readonly text: string;
    readonly languages: readonly string[];
    readonly messages: readonly ScanMessage[];
  }[];
}

/** Words, and beginnings of messages: those in ASCII, whatever their language, or any. */
export type ScanWords = 'ascii' | 'any';

/** The severities of a format, in all languages. */
export interface ScanLabels {
  readonly anchors: readonly ScanAnchor[];
  readonly others?: OtherLabels | undefined;
}

/** What the scan executes to find the entries of one format: compiled here, run by sources/tail/scan.ts. */
export interface ScanTable {
  /** How an entry is cut out around an anchor: lines with TAB continuations, quoted csv records, or single lines. */
  readonly framing: 'lines' | 'csv' | 'singleLine';
  readonly between: BetweenSeverityAndMessage;
  /** What is searched as long as a log is in ASCII, and from then on: there are many languages, and few logs in them. */
  readonly labels: (words: ScanWords) => ScanLabels;
  /** stderr: stands in the first line of a text that is no entry, and is told all the same: a panic in Rust. */
  readonly raw?: Pick<ScanAnchor, 'needle' | 'before'>;
}

/** One format of the server log: where its entries can start, and how one of them is read. */
export interface LogFormat {
  readonly name: LogFormatName;
  readonly table: ScanTable;
  /** stderr only: the prefix that its lines have now. */
  readonly logLinePrefix?: string | undefined;
  /** What reading has taught of how lines begin: the same text as long as nothing more was learned. */
  readonly learned?: string | undefined;
  /** Answers what takes back everything that is learned from now on. */
  mark?(): () => void;
  /** How lines look that are alike but for their numbers; the same object as long as it stays so. */
  readonly recurring?: RecurringShape | undefined;
  /**
   * Reads one entry from its text, or undefined when the text is none: then it was found inside a statement,
   * behind another label, or behind a prefix that is not this log's.
   */
  read(text: string): LogEntry | undefined;
  /**
   * What a line that `read` refuses is: `section` of the entry before it (DETAIL, HINT, … of stderr), `other` when
   * it is understood and none of our business, `unknown` when it does not begin like a line of this log.
   */
  lineKind(line: string): 'section' | 'other' | 'unknown';
  /**
   * Reads an entry whose prefix goes on in the next line, because a name in it has a newline, although its first line
   * reads as an entry too: what a client called itself was made to look like one. Only where the message behind quotes
   * that name.
   */
  readBroken?(text: string): LogEntry | undefined;
  /**
   * stderr: reads an entry whose severity stands at or behind an index, whatever looks like one before it: a name of the
   * prefix, which may hold lines of its own. Undefined where no name can be so long.
   */
  readBehind?(text: string, from: number): LogEntry | undefined;
  /** stderr: the names in this line, in each of the ways in which they can be told apart; none where more is told otherwise too. */
  namings?(line: string): readonly Naming[];
  /** stderr: reads raw text that `ScanTable.raw` has found. */
  readRaw?(text: string): LogEntry;
  /** stderr: does raw text that stands directly above an entry belong to it? It does where the entry tells of a crash. */
  explainsRawText?(entry: LogEntry): boolean;
  /** Learns from a line that it could not read (a prefix that changed, or was inferred from too little). */
  adapt(line: string): boolean;
}
