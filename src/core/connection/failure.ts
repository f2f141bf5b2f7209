import type { LogEntry } from '../log/logEntry.ts';
import { sentence, type Sentence } from '../sentence.ts';
import { ByStart } from './byStart.ts';
import { failureRows, type KnownFailure } from './failureRows.ts';
import { failureSentences } from './failureSentences.ts';
import type { FailurePhase } from './failureTable.ts';
import { wordingsOf, type Wording } from './languages.ts';
import { mayBeForeign } from './mayBeForeign.ts';
import { Remembered } from './remembered.ts';
import { matchTemplate, templateStart } from './messageTemplate.ts';
import { isCrash, parseServerMessage } from './serverMessage.ts';

export { linkOf, type FileLine } from './failureLink.ts';

/** What kind of failure an entry tells, and what it does to its session. */
export interface FailureKind {
  /** Stable word of the failure table: `password`, `crash`, …; `other` where nothing is known. */
  readonly kind: string;
  readonly phase: FailurePhase;
}

/** One message of a row, in one language. */
interface KnownMessage {
  readonly row: KnownFailure;
  readonly wording: Wording;
  readonly ofBackground: boolean;
}

const rows = failureRows();
const known = new ByStart<KnownMessage>((vocabulary) =>
  rows.flatMap((row) => {
    const said = (messages: readonly string[], ofBackground: boolean): (readonly [string, KnownMessage])[] =>
      messages
        .flatMap(vocabulary.wordingsOf)
        .map((wording) => [templateStart(wording.text), { row, wording, ofBackground }]);
    return [...said(row.messages, false), ...said(row.backgroundMessages ?? [], true)];
  }),
);
let sentences: ReturnType<typeof failureSentences> | undefined;
const clientTypes = new Set(['client backend', 'walsender', 'not initialized', 'dead-end client backend']);
const server = (kind: string): FailureKind => ({ kind, phase: 'server' });

/**
 * What a FATAL or PANIC is; also an ERROR or LOG of those that matter (libraries that do not load, a lost client, a
 * crash). Decided by the message, in whatever language, then by SQLSTATE, then by who wrote it.
 */
export function classifyFailure(entry: LogEntry): FailureKind {
  return kinds.of(entry);
}

const kinds = new Remembered<FailureKind>(
  ['severity', 'sqlState', 'detail', 'hint', 'commandTag', 'backendType', 'fromClient', 'statement'],
  kindOf,
);

function kindOf(entry: LogEntry): FailureKind {
  const kind = kindByMessage(entry);
  if (entry.severity !== 'FATAL' || !runsStatement(entry)) return kind;
  // what refuses a login says the same in a statement (exit_on_error, an extension's FATAL): there it ends a session
  if (kind.phase === 'startup' || kind.phase === 'authentication') return { kind: 'other', phase: 'session' };
  return kind.phase === 'unknown' ? { ...kind, phase: 'session' } : kind;
}

/** While a session is set up, no statement is run (debug_query_string in postgres.c), and `%i` is no command's name. */
function runsStatement({ statement = '', commandTag = '' }: LogEntry): boolean {
  return statement !== '' || /^[A-Z]/.test(commandTag);
}

function kindByMessage(entry: LogEntry): FailureKind {
  if (entry.severity === 'PANIC') return server('panic');
  if (tellsCrash(entry)) return server('crash');
  const background = isBackground(entry);
  const row = known.find(entry.message, (each) => (fits(each, entry, background) ? each.row : undefined));
  if (row) return { kind: row.kind, phase: phaseOfKnown(row, entry) };
  if (entry.severity !== 'FATAL') return { kind: 'other', phase: 'unknown' };
  if (background) return server('serverProcess');
  const coded = rows.find((candidate) => hasCode(candidate, entry));
  return { kind: coded?.kind ?? 'other', phase: phaseByActivity(entry) ?? coded?.phase ?? 'unknown' };
}

/** What a kind of failure means and what to do next; of a kind that is not in the table, what `other` does. */
export function explainFailure(kind: string): { readonly meaning: Sentence; readonly nextStep: Sentence } {
  sentences ??= failureSentences();
  const said = Object.hasOwn(sentences, kind) ? sentences[kind] : sentences.other;
  const [meaning, nextStep] = said ?? ['', ''];
  return { meaning: sentence(meaning), nextStep: sentence(nextStep) };
}

function tellsCrash(entry: LogEntry): boolean {
  const message = entry.severity === 'LOG' ? parseServerMessage(entry) : undefined;
  return message?.what === 'processTerminated' && isCrash(message);
}

/** True when the entry is of a process that serves no client, as far as it tells. */
export function isBackground({ fromClient, backendType }: LogEntry): boolean {
  return backendType === undefined ? fromClient === false : !clientTypes.has(backendType);
}

function fits({ row, wording, ofBackground }: KnownMessage, entry: LogEntry, background: boolean): boolean {
  if (!comesWith(row, entry)) return false;
  const isBackgroundFatal = background && entry.severity === 'FATAL';
  if (isBackgroundFatal ? !ofBackground && row.phase !== 'server' : ofBackground) return false;
  if (!matchTemplate(wording.template, entry.message)) return false;
  return saysDetail(row, entry) || hasCode(row, entry);
}

/** In whatever language. */
function saysDetail({ detail }: KnownFailure, { detail: said = '' }: LogEntry): boolean {
  if (detail === undefined || detail === said) return true;
  return mayBeForeign(said) && wordingsOf(detail).some(({ text }) => text === said);
}

function comesWith({ severities = ['FATAL'] }: KnownFailure, { severity }: LogEntry): boolean {
  return severities.includes(severity);
}

function hasCode(row: KnownFailure, entry: LogEntry): boolean {
  return (
    entry.sqlState !== undefined &&
    comesWith(row, entry) &&
    (row.sqlStates?.includes(entry.sqlState) ?? false)
  );
}

/** After a FATAL no session goes on: what fails to load then was loaded while the session started. */
function phaseOfKnown({ phase }: KnownFailure, entry: LogEntry): FailurePhase {
  return phase === 'keep' && entry.severity === 'FATAL' ? (phaseByActivity(entry) ?? 'startup') : phase;
}

/** Where its session stood, by what it was doing (`%i`, never translated); undefined = the log does not tell. */
function phaseByActivity({ commandTag, backendType }: LogEntry): FailurePhase | undefined {
  if (commandTag === 'authentication' || backendType === 'not initialized') return 'authentication';
  if (commandTag === 'startup' || commandTag === 'initializing') return 'startup';
  return commandTag === undefined ? undefined : 'session';
}
