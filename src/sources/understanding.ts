import type { LogFormatName } from '../core/log/logPlace.ts';

/** Lines that were not understood and are kept. */
const mostCounterExamples = 5;

/** Where a line stands. */
export interface LinePlace {
  readonly fileNumber: number;
  readonly offsetBytes: number;
}

/** A line that was not understood: its first 300 characters, and where it stands. */
export interface CounterExample extends LinePlace {
  readonly line: string;
}

/** How well a log was understood. */
export interface Understanding {
  format: LogFormatName | undefined;
  logLinePrefix: string | undefined;
  /** What the lines are wrapped in, from the outside in: `docker json-file`, …; undefined = nothing. */
  wrapping: string | undefined;
  /** Other servers whose lines are in the same file, by the name of their source. */
  readonly otherServers: string[];
  /** Bytes handed over, of all files. */
  bytes: number;
  /** Entries that were read. */
  understood: number;
  /** Lines that look like entries of a log and begin like none of this one, and a few that are unlike each other. */
  skipped: number;
  readonly counterExamples: CounterExample[];
  /** Bytes known to have been destroyed unread, and how often a file was truncated while it was written. */
  lostBytes: number;
  truncations: number;
  /** Bytes in which not a single line of a PostgreSQL log was found. */
  foreignBytes: number;
}

/** Of a log of which nothing was read yet. */
export function emptyUnderstanding(): Understanding {
  return {
    format: undefined,
    logLinePrefix: undefined,
    wrapping: undefined,
    otherServers: [],
    bytes: 0,
    understood: 0,
    skipped: 0,
    counterExamples: [],
    lostBytes: 0,
    truncations: 0,
    foreignBytes: 0,
  };
}

/** Counts a line that was not understood, and keeps it if it is unlike those that are kept. */
export function skip(understanding: Understanding, example: CounterExample): void {
  const { counterExamples } = understanding;
  understanding.skipped += 1;
  const shape = shapeOf(example.line);
  if (
    counterExamples.length < mostCounterExamples &&
    !counterExamples.some(({ line }) => shapeOf(line) === shape)
  )
    counterExamples.push(example);
}

/** A line was understood after all. */
export function unskip(understanding: Understanding, { fileNumber, offsetBytes }: LinePlace): void {
  const { counterExamples } = understanding;
  understanding.skipped -= 1;
  const index = counterExamples.findIndex(
    (example) => example.offsetBytes === offsetBytes && example.fileNumber === fileNumber,
  );
  if (index >= 0) counterExamples.splice(index, 1);
}

/** Lines that differ in their numbers only are alike. */
function shapeOf(line: string): string {
  return line.replaceAll(/\d+/g, '0');
}
