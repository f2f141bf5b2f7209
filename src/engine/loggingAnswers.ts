import type { DiscoveredLog } from '../core/log/logPlace.ts';
import { sentence, SentenceError, type Sentence } from '../core/sentence.ts';
import type { LoggingPreview, LoggingUndo } from '../protocol/logQuestions.ts';
import {
  applyLoggingChange,
  previewLoggingChange,
  undoLoggingChange,
  type LoggingPreview as Plan,
  type LoggingUndo as UndoRecord,
} from '../sources/logging/loggingChange.ts';

/** What *Turn On Connection Logging* would do to the server of a log, shown whole. Changes nothing. */
export async function previewLogging(log: DiscoveredLog): Promise<LoggingPreview> {
  const plan = await previewLoggingChange(log);
  if (plan.changes.length === 0)
    throw new SentenceError('Connection logging is on already: new sessions will show as they connect.');
  const text =
    plan.method === 'alterSystem'
      ? plan.statements.map((statement) => `${statement};`).join('\n')
      : plan.block;
  const headline =
    plan.method === 'alterSystem'
      ? sentence(
          'These statements run on {0} as {1}, and the server reloads its configuration.',
          nameOf(log),
          plan.address.user,
        )
      : sentence(
          'This block is added to {0}, and the server reloads its configuration if it runs.',
          plan.file,
        );
  return { sourceId: log.id, plan, headline, text, warnings: plan.warnings };
}

/** Does what the preview showed. */
export async function applyLogging(
  log: DiscoveredLog,
  preview: LoggingPreview,
): Promise<{ undo: LoggingUndo; done: Sentence }> {
  const record = await applyLoggingChange(preview.plan as Plan);
  const done =
    record.notes[0] ??
    sentence('Connection logging is on for {0}: sessions that connect from now on will show.', nameOf(log));
  return { undo: { logId: log.id, label: nameOf(log), record }, done };
}

/** Takes it back, also much later. */
export async function undoLogging(undo: LoggingUndo): Promise<{ done: Sentence }> {
  const notes = await undoLoggingChange(undo.record as UndoRecord);
  return { done: notes[0] ?? sentence('The logging settings of {0} are as they were.', undo.label) };
}

function nameOf({ serverVersion, port, path, id }: DiscoveredLog): string {
  if (serverVersion === undefined) return path ?? id;
  return port === undefined ? `PostgreSQL ${serverVersion}` : `PostgreSQL ${serverVersion} (port ${port})`;
}
