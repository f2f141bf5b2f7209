import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { groupLogFiles, matchesStem, stemOf, stemsOfLog, turnOf } from '../core/log/logFiles.ts';
import type { LogPlace } from '../core/log/logPlace.ts';
import { sentence, type Sentence } from '../core/sentence.ts';
import { LogDirectory } from './tail/logDirectory.ts';
import { foundAt } from './tail/logSequence.ts';

/** Where named files are followed, and what to say of it. */
export interface Followed {
  readonly place: LogPlace;
  readonly warning?: Sentence | undefined;
}

/**
 * The place of named files (a shell fills in those of now) as one that goes on: the server gives its next file a new name
 * of the newest's kind. Other files than those, which were there before, stay unread. Warns where names do not tell what
 * comes next, and where later files are there already.
 */
export function withNewNames(place: LogPlace): Followed {
  const last = place.kind === 'files' ? place.paths.at(-1) : undefined;
  if (place.kind !== 'files' || last === undefined) return { place };
  const directory = dirname(last);
  const stem = stemAmong(directory, basename(last));
  const stems = stemsOfLog(stem);
  const isOfStem = (path: string): boolean =>
    dirname(path) === directory && stems.some((each) => matchesStem(each, basename(path)));
  const earlierPaths = place.paths.filter((path) => !isOfStem(path));
  const named = place.paths.filter(isOfStem);
  const isOfOneFormat = named.every((path) => matchesStem(stem, basename(path)));
  if (!stem.includes('*') && isOfOneFormat) {
    const listed: LogPlace = { kind: 'files', paths: [...earlierPaths, ...named] };
    if (earlierPaths.length === 0) return { place: listed };
    const warning = sentence(
      'Only {0} is followed: these names do not tell what the next file will be called, so watch that one when it is there.',
      last,
    );
    return { place: listed, warning };
  }
  const names = named.map((path) => basename(path));
  const only = { names, orAfter: foundAt(last)[0]?.modifiedAt ?? 0 };
  const followed: LogPlace = { kind: 'directory', directory, stem, earlierPaths, only };
  const newest = new LogDirectory(followed).files().at(-1)?.path ?? last;
  if (turnOf(newest) === turnOf(last)) return { place: followed };
  const warning = sentence('The log goes on after {0}: {1} is followed.', last, newest);
  return { place: followed, warning };
}

/** The stem of a name among those that are beside it: `postgresql-07.log` alone does not tell that it is one of a ring. */
function stemAmong(directory: string, name: string): string {
  const files = namesIn(directory).map((beside) => ({ name: beside, modifiedAt: 0 }));
  return groupLogFiles(files).find(({ stem }) => matchesStem(stem, name))?.stem ?? stemOf(name);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) =>
      statSync(join(directory, name), { throwIfNoEntry: false })?.isFile(),
    );
  } catch {
    return [];
  }
}
