import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { groupLogFiles, matchesStem, stemOf } from '../core/log/logFiles.ts';
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
  const last = place.kind === 'files' ? followedOf(place.paths) : undefined;
  if (place.kind !== 'files' || last === undefined) return { place };
  const directory = dirname(last);
  const stem = stemAmong(directory, basename(last));
  const isOfStem = (path: string): boolean =>
    dirname(path) === directory && matchesStem(stem, basename(path));
  const earlierPaths = place.paths.filter((path) => !isOfStem(path));
  const named = place.paths.filter(isOfStem);
  if (!stem.includes('*')) {
    const listed: LogPlace = { kind: 'files', paths: [...earlierPaths, ...named] };
    if (earlierPaths.every((path) => isSameLog(path, last))) return { place: listed };
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
  if (newest === last) return { place: followed };
  const warning = sentence('The log goes on after {0}: {1} is followed.', last, newest);
  return { place: followed, warning };
}

/** The newest file; with csvlog or jsonlog that one, where the file of stderr beside it has less. */
function followedOf(paths: readonly string[]): string | undefined {
  const last = paths.at(-1) ?? '';
  const directory = dirname(last);
  const files = paths.filter((path) => dirname(path) === directory).flatMap(foundAt);
  const richer = groupLogFiles(files.map((file) => ({ ...file, name: basename(file.path) }))).find(
    ({ stderrNames }) => stderrNames.includes(basename(last)),
  );
  const [stderr] = foundAt(last);
  const hasLess = stderr?.sizeBytes === 0 || (richer?.modifiedAt ?? 0) >= (stderr?.modifiedAt ?? 0);
  const name = richer?.names.at(-1);
  return name !== undefined && hasLess ? join(directory, name) : paths.at(-1);
}

/** The same log in another format. */
function isSameLog(path: string, other: string): boolean {
  const [one, two] = [path, other].map((each) => stemOf(basename(each)).replace(/\.(?:log|csv|json)$/, ''));
  return dirname(path) === dirname(other) && one === two;
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
