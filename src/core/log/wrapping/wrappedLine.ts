import type { LogClock } from '../logTimestamp.ts';

/** One line of a log as something else passed it on, without what was put around it. */
export interface WrappedLine {
  /** The line itself, or a part of it. */
  readonly text: string;
  /** The line goes on with the next text of the same source. */
  readonly isPartial?: boolean | undefined;
  /** Who wrote it, where several share one file: a service, a container, a program of a host. */
  readonly source?: string | undefined;
  /** When it was passed on, ms since the epoch. */
  readonly at?: number | undefined;
  /** The process that wrote it. */
  readonly pid?: number | undefined;
  /** Syslog: the piece with this number, from 1, of the record with this key; undefined key = of its process' last one. */
  readonly piece?: { readonly record: string | undefined; readonly number: number } | undefined;
}

/** Reads wrapped lines one after the other; it may need several for one. */
export interface WrappedReader {
  /** What a line tells, perhaps nothing yet; undefined = it is none of this kind. */
  read(line: string): readonly WrappedLine[] | undefined;
  /** What is left when no more lines come. */
  end(): readonly WrappedLine[];
}

/** What a reader needs to know beside the lines. */
export interface WrappingContext {
  readonly clock: LogClock;
  /** ms since the epoch: syslog's times have no year, and are the last ones before this. */
  readonly now: number;
}

/** One way in which lines are wrapped. */
export interface Wrapping {
  /** As its makers call it; for people. */
  readonly name: string;
  /** Its lines are UTF-8 by definition (JSON); else their bytes are passed on as they are. */
  readonly isUtf8: boolean;
  /** Every line is of this kind, but for a few at the beginning; other wrappings stand among lines of other kinds. */
  readonly isOfAll: boolean;
  reader(context: WrappingContext): WrappedReader;
}

/** A wrapping each of whose lines stands alone. */
export function lineWrapping(
  name: string,
  read: (line: string, context: WrappingContext) => WrappedLine | undefined,
  { isUtf8 = false, isOfAll = false }: Partial<Pick<Wrapping, 'isUtf8' | 'isOfAll'>> = {},
): Wrapping {
  return {
    name,
    isUtf8,
    isOfAll,
    reader: (context) => ({
      read: (line) => {
        const wrapped = read(line, context);
        return wrapped && [wrapped];
      },
      end: () => [],
    }),
  };
}

/** The instant of an RFC 3339 time, `2026-11-20T10:03:25.811972Z`; undefined = it is none. */
export function instantOf(text: string | undefined): number | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(at) ? undefined : at;
}
