import type { FollowTarget } from '../protocol/logQuestions.ts';
import type { LogChoice, WindowContext } from './logChoice.ts';
import { filterAsBefore, followAsCleared } from './rememberedLog.ts';
import { type Followed, isDemo, type WindowLogs } from './windowLogs.ts';
import type { RememberedLog } from './workspaceMemory.ts';

/**
 * Has the engine follow logs for this window, and the workspace remember which. Wishes are counted: what comes after a
 * newer wish is dropped.
 */
export class LogFollowing {
  readonly #context: WindowContext;
  readonly #choice: LogChoice;
  readonly #logs: WindowLogs;
  readonly #onShown: () => void;
  #wishes = 0;

  /** `onShown`: another one of the logs is shown. */
  constructor(context: WindowContext, choice: LogChoice, logs: WindowLogs, onShown: () => void) {
    this.#context = context;
    this.#choice = choice;
    this.#logs = logs;
    this.#onShown = onShown;
  }

  /** Something is wished for; answers whether nothing else has been since. */
  wish(): () => boolean {
    const wish = ++this.#wishes;
    return () => wish === this.#wishes;
  }

  /** Follows a log instead of the shown one. Rejects with a SentenceError, and then nothing has changed. */
  async instead(target: FollowTarget): Promise<void> {
    const isNewest = this.wish();
    const before = this.#logs.shown;
    const followed = await followAsCleared(this.#context, target);
    const isWanted = isNewest();
    const surplus = isWanted ? before : followed;
    if (isWanted) {
      this.#logs.put(followed, before);
      this.show(followed);
      await this.#context.memory.rememberFollowed();
    }
    if (surplus && !this.#logs.bySourceId(surplus.status.sourceId)) await this.end(surplus.status.sourceId);
    if (isWanted) await filterAsBefore(this.#context, followed);
  }

  /** Follows a log beside the others. Rejects with a SentenceError. */
  async beside(target: FollowTarget): Promise<Followed> {
    const followed = await followAsCleared(this.#context, target);
    this.#logs.put(followed);
    await filterAsBefore(this.#context, followed);
    return followed;
  }

  show(followed: Followed): void {
    this.#logs.show(followed);
    this.#onShown();
  }

  /** The engine reads it no longer. */
  async end(sourceId: string): Promise<void> {
    await this.#context.engine.ask('unfollow', { sourceId });
  }

  /** The workspace remembers which logs are followed; the demo is followed as long as the window is open. */
  async remember(): Promise<void> {
    const { shown, lasting } = this.#logs;
    const [first, ...others] = lasting;
    if (first && first === shown) await this.#choice.remember(first.target);
    await this.#context.memory.rememberOthers(others.map(({ target }) => target));
  }

  /** The workspace remembers this of a log. */
  async rememberOf(sourceId: string, change: RememberedLog): Promise<void> {
    const { target } = this.#logs.bySourceId(sourceId) ?? {};
    if (target && !isDemo(target)) await this.#context.memory.rememberLog(target, change);
  }
}
