import type { Crowd } from './crowd.ts';
import type { LogOptions } from './generateLog.ts';
import type { LogWriter } from './logWriter.ts';
import type { TrueBucket, TrueSession, TrueTrouble, TruthBook } from './truthBook.ts';

interface TrueCount {
  readonly name: string | null;
  readonly count: number;
}

/** The truth about a generated log, in the words of the summary document; lists of troubles hold the newest. */
export interface Truth {
  readonly options: LogOptions;
  readonly bytes: number;
  readonly records: number;
  readonly connectionRecords: number;
  readonly connects: number;
  readonly disconnects: number;
  readonly lost: number;
  readonly failed: number;
  readonly endings: number;
  readonly problems: number;
  readonly replicationConnects: number;
  readonly active: readonly TrueSession[];
  readonly byDatabase: readonly TrueCount[];
  readonly byUser: readonly TrueCount[];
  readonly byApplication: readonly TrueCount[];
  readonly byHost: readonly TrueCount[];
  readonly buckets: readonly TrueBucket[];
  readonly lastFailures: readonly TrueTrouble[];
  readonly lastEndings: readonly TrueTrouble[];
}

/** What the story noted down, in one document. */
export function truthOf(
  options: LogOptions,
  book: TruthBook,
  { log, crowd }: { readonly log: LogWriter; readonly crowd: Crowd },
): Truth {
  const { connects, disconnects, lost, failed, endings, problems, replicationConnects } = book;
  return {
    options,
    ...{ bytes: log.bytes, records: log.records, connectionRecords: crowd.records },
    ...{ connects, disconnects, lost, failed, endings, problems, replicationConnects },
    active: book.active(),
    byDatabase: book.countBy('database'),
    byUser: book.countBy('user'),
    byApplication: book.countBy('app'),
    byHost: book.countBy('host'),
    buckets: book.buckets,
    lastFailures: book.lastFailures,
    lastEndings: book.lastEndings,
  };
}
