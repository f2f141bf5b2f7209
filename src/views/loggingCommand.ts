import { l10n, type Memento, window, workspace } from 'vscode';
import { SentenceError } from '../core/sentence.ts';
import type { EngineClient } from '../engine/client.ts';
import type { LoggingPreview, LoggingUndo } from '../protocol/logQuestions.ts';
import type { FollowedLog } from './followedLog.ts';
import type { ReadOnlyTexts } from './readOnlyTexts.ts';
import { inertText, say } from './words.ts';

const key = 'loggingUndos';

/** What undoes each change of a server's logging, for all windows of this user; also a later one. */
export class LoggingUndos {
  readonly #state: Memento;

  constructor(state: Memento) {
    this.#state = state;
  }

  all(): readonly LoggingUndo[] {
    return this.#state.get<LoggingUndo[]>(key, []);
  }

  /** Keeps the older record of a server that was changed twice: it holds the values that the user once had. */
  async add(undo: LoggingUndo): Promise<void> {
    if (this.all().some(({ logId }) => logId === undo.logId)) return;
    await this.#state.update(key, [...this.all(), undo]);
  }

  async remove({ logId }: LoggingUndo): Promise<void> {
    await this.#state.update(
      key,
      this.all().filter((undo) => undo.logId !== logId),
    );
  }
}

/** Changes what a server logs: shown whole first, done when the user says so, and undone the same way. */
export class LoggingCommands {
  readonly #engine: EngineClient;
  readonly #followed: FollowedLog;
  readonly #texts: ReadOnlyTexts;
  readonly #undos: LoggingUndos;
  readonly #changed: () => void;

  constructor(
    engine: EngineClient,
    followed: FollowedLog,
    texts: ReadOnlyTexts,
    undos: LoggingUndos,
    changed: () => void,
  ) {
    this.#engine = engine;
    this.#followed = followed;
    this.#texts = texts;
    this.#undos = undos;
    this.#changed = changed;
  }

  /** Turn On Connection Logging. */
  async turnOn(): Promise<void> {
    requireTrust();
    const preview = await this.#followed.ask('previewLogging', {});
    if (!(await this.#confirmed(preview))) return;
    const { undo, done } = await this.#engine.ask('applyLogging', { preview });
    await this.#undos.add(undo);
    this.#changed();
    const undoIt = l10n.t('Undo');
    const answer = await window.showInformationMessage(inertText(say(done)), undoIt);
    if (answer === undoIt) await this.#undo(undo);
  }

  /** Undo Logging Change: of the followed server, or of the one that the user picks. */
  async undoChange(): Promise<void> {
    requireTrust();
    const undos = this.#undos.all();
    const own = undos.find(({ logId }) => logId === this.#followed.status?.log.id);
    const undo = own ?? (undos.length === 1 ? undos[0] : await pickUndo(undos));
    if (undo === undefined) return;
    const yes = l10n.t('Undo');
    const question = l10n.t('Undo the change of connection logging for {0}?', undo.label);
    if ((await window.showWarningMessage(question, { modal: true }, yes)) === yes) await this.#undo(undo);
  }

  async #undo(undo: LoggingUndo): Promise<void> {
    const { done } = await this.#engine.ask('undoLogging', { undo });
    await this.#undos.remove(undo);
    this.#changed();
    void window.showInformationMessage(inertText(say(done)));
  }

  /** Shows the whole change; `Open as Text` leaves everything as it is. */
  async #confirmed({ headline, text, warnings }: LoggingPreview): Promise<boolean> {
    const turnOn = l10n.t('Turn On');
    const open = l10n.t('Open as Text');
    const detail = [text, ...warnings.map(say)].join('\n\n');
    const answer = await window.showInformationMessage(say(headline), { modal: true, detail }, turnOn, open);
    if (answer === open)
      await this.#texts.show(l10n.t('Connection logging'), `${say(headline)}\n\n${detail}\n`);
    return answer === turnOn;
  }
}

/** Nothing is changed in Restricted Mode, whoever runs the command. */
function requireTrust(): void {
  if (!workspace.isTrusted) {
    throw new SentenceError('Nothing is changed in Restricted Mode: trust this workspace first.');
  }
}

async function pickUndo(undos: readonly LoggingUndo[]): Promise<LoggingUndo | undefined> {
  if (undos.length === 0)
    throw new SentenceError('Connection logging was not changed from here: there is nothing to undo.');
  const items = undos.map((undo) => ({ label: inertText(undo.label), undo }));
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Undo which change of connection logging?'),
  });
  return picked?.undo;
}
