import type { FormatHints } from '../core/log/formatDetection.ts';
import type { LogPlace } from '../core/log/logPlace.ts';
import type { TurnFiles } from './tail/logTurnFiles.ts';

/** What knows which files of a log tell the same, if they are to be read so; undefined = there is no choice of files. */
export async function turnFilesFor(
  place: LogPlace,
  hints: FormatHints & { readonly logTimezone?: string | undefined },
): Promise<TurnFiles | undefined> {
  if (place.kind === 'files') return undefined;
  const [{ TurnFiles }, { logEndsWith }] = await Promise.all([
    import('./tail/logTurnFiles.ts'),
    import('./logEnds.ts'),
  ]);
  return new TurnFiles(logEndsWith(hints));
}
