import { l10n, window, workspace } from 'vscode';
import { showControlCharacters } from '../core/report/controlCharacters.ts';
import { SentenceError } from '../core/sentence.ts';
import type { Backend } from '../core/server/activity.ts';
import type {
  EndingPreview,
  EndingReport,
  EndingRequest,
  EndingResult,
  EndingRow,
} from '../core/server/ending.ts';
import { backendFacts } from './backendText.ts';
import type { ConnectedServer } from './connectedServer.ts';
import type { ReadOnlyTexts } from './readOnlyTexts.ts';
import { factsText, inertText, nameText, say, spanText, whoText } from './words.ts';

/** Rows that a question to the user has room for; the text has all. */
const mostAsked = 12;

/** Ends what should end: shown whole first, done when the user says so, told row by row. */
export class ServerActions {
  readonly #server: ConnectedServer;
  readonly #texts: ReadOnlyTexts;
  readonly #failed: (error: unknown) => void;

  /** `failed`: of what nobody waits for. */
  constructor(server: ConnectedServer, texts: ReadOnlyTexts, failed: (error: unknown) => void) {
    this.#server = server;
    this.#texts = texts;
    this.#failed = failed;
  }

  /** Previews, asks, does and tells. Rejects with a SentenceError, also where a pid is not what `isMeant` any more. */
  async end(request: EndingRequest, isMeant: (backend: Backend) => boolean = () => true): Promise<void> {
    this.#requireMayAct();
    const preview = await this.#server.ask('previewEnding', { request });
    requireMeant(preview, isMeant);
    if (preview.rows.length === 0 && request.kind !== 'drop') {
      void window.showInformationMessage(inertText(say(preview.headline)));
      return;
    }
    if (!(await this.#confirmed(preview))) return;
    const report = await window.withProgress(
      { location: { viewId: 'pgConnections.server' }, title: say(preview.headline) },
      () => this.#server.end(preview),
    );
    this.#tell(report);
  }

  /** Nothing is ended in Restricted Mode, nor where the settings forbid it, whoever runs the command. */
  #requireMayAct(): void {
    if (!workspace.isTrusted)
      throw new SentenceError('Nothing is ended in Restricted Mode: trust this workspace first.');
    if (this.#server.status?.readOnly === true)
      throw new SentenceError(
        'Nothing is ended on this server: the settings make it read-only, or call it production.',
      );
  }

  async #confirmed(preview: EndingPreview): Promise<boolean> {
    const { headline, request } = preview;
    if (preview.rows.length > mostAsked) await this.#show(preview);
    const yes = yesText(request);
    const open = l10n.t('Open as Text');
    const detail = previewText(preview, mostAsked);
    // the editor makes the first one the default
    const answer = await window.showWarningMessage(say(headline), { modal: true, detail }, open, yes);
    if (answer === open) await this.#show(preview);
    return answer === yes && (await this.#isMeant(preview));
  }

  /** Before a database is dropped a click is not enough. */
  async #isMeant({ request }: EndingPreview): Promise<boolean> {
    if (request.kind !== 'drop') return true;
    const word = request.database;
    const typed = await window.showInputBox({
      title: l10n.t('Drop the database'),
      prompt: l10n.t('Type “{0}” to go on.', showControlCharacters(word)),
      ignoreFocusOut: true,
      validateInput: (value) => (value === word || value === '' ? undefined : l10n.t('That is not it.')),
    });
    return typed === word;
  }

  async #show(preview: EndingPreview): Promise<void> {
    const text = `${say(preview.headline)}\n\n${previewText(preview, Number.POSITIVE_INFINITY)}\n`;
    await this.#texts.show(l10n.t('What would end'), text);
  }

  #tell(report: EndingReport): void {
    const headline = inertText(say(report.headline));
    const isAllDone = report.results.every(({ result }) => result !== 'refused');
    const open = l10n.t('Show Each');
    const show = isAllDone ? window.showInformationMessage : window.showWarningMessage;
    // not waited for: it is done, whether or not the user looks at the message
    void show(headline, ...(report.results.length > 0 ? [open] : [])).then((answer) => {
      if (answer !== open) return;
      const lines = report.results.map(resultText);
      const text = `${say(report.headline)}\n\n${lines.join('\n')}\n`;
      this.#texts.show(l10n.t('What ended'), text).catch(this.#failed);
    });
  }
}

function requireMeant({ rows }: EndingPreview, isMeant: (backend: Backend) => boolean): void {
  const other = rows.find((row) => row.what === 'session' && !isMeant(row.backend));
  if (other?.what === 'session') throw new SentenceError('Session {0} has ended already.', other.backend.pid);
}

function yesText({ kind }: EndingRequest): string {
  switch (kind) {
    case 'cancel':
      return l10n.t('Cancel Query');
    case 'drop':
      return l10n.t('Drop Database');
    case 'free':
      return l10n.t('Free the Database');
    default:
      return l10n.t('Terminate');
  }
}

/** Rows, warnings and the SQL, one below the other. */
export function previewText({ rows, sql, warnings }: EndingPreview, most: number): string {
  const shown = rows.slice(0, most).map(rowText);
  const rest = rows.length - shown.length;
  const all = rest > 0 ? [...shown, l10n.t('… and {0} more', rest)] : shown;
  return [all.join('\n'), ...warnings.map(say), sql].filter((part) => part !== '').join('\n\n');
}

/** One row of what would end. */
export function rowText(row: EndingRow): string {
  switch (row.what) {
    case 'session':
    case 'worker':
      return factsText([String(row.backend.pid), backendFacts(row.backend, Date.now())]);
    case 'preparedTransaction': {
      const { gid, owner, database, preparedAt } = row.transaction;
      return factsText([
        l10n.t('prepared transaction {0}', nameText(gid)),
        whoText(owner, database),
        spanText(Date.now() - preparedAt),
      ]);
    }
    case 'slot':
      return factsText([
        l10n.t('replication slot {0}', nameText(row.slot.name)),
        nameText(row.slot.database),
      ]);
  }
}

function resultText({ row, result, sentence }: EndingResult): string {
  const what =
    result === 'done'
      ? l10n.t('done')
      : result === 'alreadyGone'
        ? l10n.t('already gone')
        : l10n.t('refused');
  return factsText([`${what.padEnd(14)}${rowText(row)}`, sentence && say(sentence)]);
}
