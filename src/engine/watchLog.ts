import { jsonText } from '../core/report/jsonText.ts';
import { createPaint } from '../core/report/shownText.ts';
import { createShownTime } from '../core/report/shownTime.ts';
import { watchDocument, watchHeader, watchLine } from '../core/report/watchText.ts';
import type { Sentence } from '../core/sentence.ts';
import type { Filter } from '../core/session/filter.ts';
import { feedRow } from '../core/session/logReportOf.ts';
import { tailLog, tailStream } from '../sources/tail/tailLog.ts';
import { LogFold } from './logFold.ts';
import { foldOptionsOf, type ReadTarget } from './readLog.ts';

/** A connect that nothing contradicts for so long is told (product: pending). */
export const pendingMs = 100;
const keptEvents = 10_000;

/** What to watch, and where the lines go. */
export interface WatchOptions {
  readonly filter: Filter;
  readonly json: boolean;
  readonly logLinePrefix?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly signal: AbortSignal;
  readonly colour: boolean;
  readonly print: (line: string) => void;
  readonly warn: (warnings: readonly Sentence[]) => void;
}

/** Prints who comes, leaves and is turned away from now on, until the signal aborts or the stream ends. */
export async function watchLog(target: ReadTarget, options: WatchOptions): Promise<void> {
  const { filter, json, signal, print } = options;
  const isLog = 'settings' in target;
  const fold = new LogFold(foldOptionsOf(isLog ? target.settings : {}, options, keptEvents));
  fold.state.look(filter, undefined);
  if (!json) print(watchHeader(filter));
  const time = createShownTime(undefined);
  const paint = createPaint(options.colour);
  // What a file holds already is history; what a stream brings is news.
  let toldTo = isLog ? Number.POSITIVE_INFINITY : 1;
  const tell = (): void => {
    const fresh = [...fold.state.newestEvents(toldTo)].reverse();
    toldTo = fold.state.nextEventId;
    for (const event of fresh) {
      const row = feedRow(fold.state, event);
      if (row) print(json ? jsonText(watchDocument(row)) : watchLine(row, time, paint));
    }
  };
  const settle = (): void => {
    fold.log.settle();
    fold.state.book.settle(Date.now() - pendingMs);
    if (toldTo !== Number.POSITIVE_INFINITY) tell();
  };
  fold.log.onCaughtUp = () => {
    if (toldTo === Number.POSITIVE_INFINITY) {
      fold.finish();
      options.warn(fold.warnings);
      toldTo = fold.state.nextEventId;
    } else tell();
  };
  const timer = setInterval(settle, pendingMs);
  try {
    if (isLog)
      await tailLog(target.place ?? { kind: 'files', paths: [] }, fold.log, { signal, follow: true });
    else await tailStream(target, fold.log, { signal });
    fold.finish();
    tell();
  } finally {
    clearInterval(timer);
  }
}
