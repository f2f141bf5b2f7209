import { Uri, workspace } from 'vscode';
import { SentenceError } from '../core/sentence.ts';
import type { TroubleGroup } from '../core/snapshot/troubleLists.ts';
import type { EntryPlace } from '../protocol/logQuestions.ts';
import type { FollowedLog } from './followedLog.ts';
import { type ReadOnlyTexts, showLine } from './readOnlyTexts.ts';

/** The editor refuses to open texts above 50 MB; well below that it is still quick. */
export const largestFileBytes = 32 * 1024 * 1024;

/** Opens the log at the line of a failure, ending or problem; an excerpt of it where the file is too large. */
export async function openEntry(
  followed: FollowedLog,
  texts: ReadOnlyTexts,
  troubleId: number,
  sourceId?: string,
): Promise<void> {
  await showPlace(await followed.ask('locate', { troubleId, largestFileBytes }, sourceId), texts);
}

/** Opens an entry where it stands now. */
export async function showPlace(place: EntryPlace, texts: ReadOnlyTexts): Promise<void> {
  switch (place.kind) {
    case 'file':
      return showLine(Uri.file(place.path), place.line + 1);
    case 'excerpt':
      return texts.show(place.title, place.text, { line: place.line + 1, language: 'log' });
  }
}

/** Opens what an entry names: a line of pg_hba.conf, or of the source of an extension that panicked. */
export async function openLink({ path, line }: NonNullable<TroubleGroup['link']>): Promise<void> {
  // The log names this path: nothing that would make the machine ask another one for a file.
  if (/^[\\/]{2}/u.test(path)) throw new SentenceError('{0} is on another machine: open it there.', path);
  const isAbsolute = /^(?:[a-z]:)?[\\/]/iu.test(path);
  for (const place of isAbsolute ? [Uri.file(path)] : await findInWorkspace(path)) {
    if (await isReadable(place)) return showLine(place, line);
  }
  throw new SentenceError('{0} cannot be read here: open it as a user who may, at line {1}.', path, line);
}

/** Below a folder of the workspace, or of a crate in it; a compiler says the path relative to its crate. */
async function findInWorkspace(path: string): Promise<Uri[]> {
  const folders = workspace.workspaceFolders ?? [];
  const near = folders.map(({ uri }) => Uri.joinPath(uri, path));
  const isPlain = /^[\w.-]+(?:\/[\w.-]+)*$/u.test(path);
  return isPlain ? [...near, ...(await workspace.findFiles(`**/${path}`, '**/target/**', 1))] : near;
}

async function isReadable(place: Uri): Promise<boolean> {
  try {
    await workspace.openTextDocument(place);
    return true;
  } catch {
    return false;
  }
}
