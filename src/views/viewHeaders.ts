import { type Disposable, l10n, type TreeView, window } from 'vscode';
import { filterText } from '../core/report/filterText.ts';
import { endOfPath } from '../core/report/shownPath.ts';
import type { SourceStatus } from '../core/snapshot/sourceStatus.ts';
import { viewIds } from './contributions.ts';
import type { FollowedLog } from './followedLog.ts';
import { viewState } from './welcome.ts';
import { behindText, factsText, pathText, say, serverText } from './words.ts';

/** Filter, server and path, as the title of a view has room for: what is cut off at its end is missed least. */
export function headline(status: SourceStatus, home: string | undefined): string {
  return factsText([
    filterText(status.filter),
    (status.serverVersion ?? status.log.serverVersion) &&
      serverText(status.log, status.serverVersion, status.format),
    endOfPath(pathText(status.log.path, home) ?? ''),
  ]);
}

/**
 * What the Active view's message line says; undefined where a welcome text says it, because the editor shows a
 * welcome text only below an empty message.
 */
export function activeMessage(
  followed: Pick<FollowedLog, 'phase' | 'status' | 'refusal'>,
): string | undefined {
  const { status, refusal } = followed;
  if (status === undefined) return refusal && say(refusal);
  if (status.state === 'reading') return readingText(status);
  if (status.trouble !== undefined) return say(status.trouble);
  if (status.behindMs !== undefined) return behindText(status.behindMs);
  if (viewState(followed) !== 'active') return undefined;
  const [warning] = status.warnings;
  return loggingText(status) ?? (warning && say(warning));
}

/** `Reading the log: 42 %`. */
export function readingText({ readBytes, totalBytes }: SourceStatus): string {
  return l10n.t(
    'Reading the log: {0} %',
    totalBytes === 0 ? 100 : Math.floor((100 * readBytes) / totalBytes),
  );
}

function loggingText({ log }: SourceStatus): string | undefined {
  switch (log.connectionLogging) {
    case 'off':
      return l10n.t('This server no longer logs connections: run “Connections: Turn On Connection Logging”.');
    case 'partly':
      return l10n.t(
        'This server logs only a part of connects and disconnects: run “Connections: Turn On Connection Logging”.',
      );
    case 'on':
    case 'unknown':
      return undefined;
  }
}

/** Title, message line and progress bar of the Active view. */
export class ActiveHeader implements Disposable {
  readonly #followed: FollowedLog;
  readonly #view: TreeView<unknown>;
  readonly #home: string | undefined;
  readonly #subscription: Disposable;
  #finishProgress: (() => void) | undefined;

  constructor(followed: FollowedLog, view: TreeView<unknown>, home: string | undefined) {
    this.#followed = followed;
    this.#view = view;
    this.#home = home;
    this.#subscription = followed.onDidChange(() => this.#draw());
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#finishProgress?.();
  }

  #draw(): void {
    const { phase, status } = this.#followed;
    const title = status && headline(status, this.#home);
    const message = activeMessage(this.#followed);
    if (this.#view.description !== title) this.#view.description = title;
    if (this.#view.message !== message) this.#view.message = message;
    const busy = phase === 'looking' || status?.state === 'reading';
    if (busy && this.#finishProgress === undefined) this.#showProgress();
    if (!busy) this.#finishProgress?.();
  }

  #showProgress(): void {
    void window.withProgress({ location: { viewId: viewIds.active } }, () => {
      return new Promise<void>((resolve) => {
        this.#finishProgress = () => {
          this.#finishProgress = undefined;
          resolve();
        };
      });
    });
  }
}
