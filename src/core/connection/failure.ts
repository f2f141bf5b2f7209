import type { LogEntry } from '../log/logEntry.ts';
import { sentence, type Sentence } from '../sentence.ts';
import { failureTable, type FailurePhase, type FailureRow } from './failureTable.ts';
import { matchTemplate, messageTemplate, type MessageTemplate } from './messageTemplate.ts';
import { isCrash, parseServerMessage } from './serverMessage.ts';

export { linkOf, type FileLine } from './failureLink.ts';

/** What kind of failure an entry tells, and what it does to its session. */
export interface FailureKind {
  /** Stable word of the failure table: `password`, `crash`, …; `other` where nothing is known. */
  readonly kind: string;
  readonly phase: FailurePhase;
}

interface CompiledRow {
  readonly row: FailureRow;
  readonly messages: readonly MessageTemplate[];
  readonly backgroundMessages: readonly MessageTemplate[];
}

const compiled: readonly CompiledRow[] = failureTable.map((row) => ({
  row,
  messages: row.messages.map(messageTemplate),
  backgroundMessages: (row.backgroundMessages ?? []).map(messageTemplate),
}));
const byKind: ReadonlyMap<string, FailureRow> = new Map(failureTable.map((row) => [row.kind, row]));
const clientTypes = new Set(['client backend', 'walsender', 'not initialized', 'dead-end client backend']);
const server = (kind: string): FailureKind => ({ kind, phase: 'server' });

/**
 * What a FATAL or PANIC is; also an ERROR or LOG of those that matter (libraries that do not load, a lost client, a
 * crash). Decided by the message, then by SQLSTATE (other languages), then by who wrote it.
 */
export function classifyFailure(entry: LogEntry): FailureKind {
  if (entry.severity === 'PANIC') return server('panic');
  if (tellsCrash(entry)) return server('crash');
  const background = isBackground(entry);
  const row = compiled.find((candidate) => fits(candidate, entry, background))?.row;
  if (row) return { kind: row.kind, phase: phaseOfKnown(row, entry) };
  if (entry.severity !== 'FATAL') return { kind: 'other', phase: 'unknown' };
  if (background) return server('serverProcess');
  const coded = failureTable.find((candidate) => hasCode(candidate, entry));
  return { kind: coded?.kind ?? 'other', phase: phaseByActivity(entry) ?? coded?.phase ?? 'unknown' };
}

/** What a kind of failure means and what to do next; of a kind that is not in the table, what `other` does. */
export function explainFailure(kind: string): { readonly meaning: Sentence; readonly nextStep: Sentence } {
  const { meaning = '', nextStep = '' } = byKind.get(kind) ?? byKind.get('other') ?? {};
  return { meaning: sentence(meaning), nextStep: sentence(nextStep) };
}

function tellsCrash(entry: LogEntry): boolean {
  const message = entry.severity === 'LOG' ? parseServerMessage(entry) : undefined;
  return message?.what === 'processTerminated' && isCrash(message);
}

/** Is the entry of a process that serves no client, as far as the log tells? */
function isBackground({ fromClient, backendType }: LogEntry): boolean {
  return backendType === undefined ? fromClient === false : !clientTypes.has(backendType);
}

function fits(
  { row, messages, backgroundMessages }: CompiledRow,
  entry: LogEntry,
  background: boolean,
): boolean {
  if (!comesWith(row, entry)) return false;
  const templates =
    background && entry.severity === 'FATAL'
      ? [...backgroundMessages, ...(row.phase === 'server' ? messages : [])]
      : messages;
  if (!templates.some((template) => matchTemplate(template, entry.message))) return false;
  return row.detail === undefined || row.detail === entry.detail || hasCode(row, entry);
}

function comesWith({ severities = ['FATAL'] }: FailureRow, { severity }: LogEntry): boolean {
  return severities.includes(severity);
}

function hasCode(row: FailureRow, entry: LogEntry): boolean {
  return (
    entry.sqlState !== undefined &&
    comesWith(row, entry) &&
    (row.sqlStates?.includes(entry.sqlState) ?? false)
  );
}

/** After a FATAL no session goes on: what fails to load then was loaded while the session started. */
function phaseOfKnown({ phase }: FailureRow, entry: LogEntry): FailurePhase {
  return phase === 'keep' && entry.severity === 'FATAL' ? (phaseByActivity(entry) ?? 'startup') : phase;
}

/** Where its session stood, by what it was doing (`%i`, never translated); undefined = the log does not tell. */
function phaseByActivity({ commandTag, backendType }: LogEntry): FailurePhase | undefined {
  if (commandTag === 'authentication' || backendType === 'not initialized') return 'authentication';
  if (commandTag === 'startup' || commandTag === 'initializing') return 'startup';
  return commandTag === undefined ? undefined : 'session';
}
