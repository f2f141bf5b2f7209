import { sentence, SentenceError } from '../../core/sentence.ts';
import type { Sentence } from '../../core/sentence.ts';
import { machinePlaces } from '../discovery/places.ts';
import type { Places } from '../discovery/places.ts';
import { alterSystem, missingIn, restoreSystem } from './alterSystem.ts';
import type { AlteredSetting } from './alterSystem.ts';
import { appendBlock, removeBlock } from './configurationBlock.ts';
import type { SettingChange } from './loggingPlan.ts';
import type { LoggingPreview } from './loggingPreview.ts';
import { failWith } from './ownServer.ts';
import type { ServerAddress } from './ownServer.ts';
import { reloadServer } from './reloadServer.ts';

export { previewLoggingChange } from './loggingPreview.ts';
export type { LoggingPreview } from './loggingPreview.ts';

/** What was done, to be kept (as JSON) until it is undone. No password is in it. */
export type LoggingUndo = UndoFacts &
  (
    | {
        readonly method: 'alterSystem';
        readonly address: ServerAddress;
        readonly settings: readonly AlteredSetting[];
      }
    | { readonly method: 'configurationFile'; readonly file: string; readonly appended: string }
  );

interface UndoFacts {
  readonly dataDirectory?: string | undefined;
  /** ms since the epoch. */
  readonly changedAt: number;
  readonly changes: readonly SettingChange[];
  /** What did not go as wished, for the user. */
  readonly notes: readonly Sentence[];
}

/** Does what the preview says. Throws a SentenceError, with nothing changed, when it cannot. */
export async function applyLoggingChange(
  preview: LoggingPreview,
  places: Places = machinePlaces(),
): Promise<LoggingUndo> {
  const { dataDirectory, changes } = preview;
  if (changes.length === 0)
    throw new SentenceError('Connection logging is on already: there is nothing to change.');
  const facts = { dataDirectory, changes, changedAt: Date.now() };
  if (preview.method === 'configurationFile') {
    const { method, file, block } = preview;
    const appended = await appendBlock(file, block);
    return { ...facts, method, file, appended, notes: await reloadServer(dataDirectory, places) };
  }
  const { method, address } = preview;
  const settings = await alterSystem(address, changes).catch(
    failWith('Connection logging was not turned on: {0}.'),
  );
  const missing = await missingIn(address, settings).catch(() => []);
  const notes = missing.map((name) =>
    sentence(
      '{0} was set but is not in effect: look for an error in the configuration files, or restart the server.',
      name,
    ),
  );
  return { ...facts, method, address, settings, notes };
}

/**
 * Takes a change back: postgresql.auto.conf gets its old values, or exactly the block leaves postgresql.conf. What
 * somebody else has changed since stays, and is told. Throws a SentenceError when the server or the file is out of reach.
 */
export async function undoLoggingChange(
  undo: LoggingUndo,
  places: Places = machinePlaces(),
): Promise<Sentence[]> {
  if (undo.method === 'alterSystem')
    return restoreSystem(undo.address, undo.settings).catch(
      failWith(
        'The logging change was not undone ({0}): start the server and try again, or run ALTER SYSTEM RESET log_connections and log_disconnections.',
      ),
    );
  const { file, appended, dataDirectory } = undo;
  const removed = await removeBlock(file, appended).catch(
    failWith('The logging change was not undone: {0}.'),
  );
  if (!removed)
    return [
      sentence(
        'The block in {0} was changed or removed since: what is left of it between the marked lines can be deleted by hand.',
        file,
      ),
    ];
  return reloadServer(dataDirectory, places);
}
