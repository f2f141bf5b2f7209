import type { Disposable } from 'vscode';
import type { PoolCommandName } from './contributions.ts';
import type { PoolViews, PoolViewsParts } from './poolViews.ts';

/** The pools of this window, whose code is loaded when the first one is remembered or added. */
export class Pools implements Disposable {
  readonly #parts: PoolViewsParts;
  #views: Promise<PoolViews> | undefined;
  #isDisposed = false;

  constructor(parts: PoolViewsParts) {
    this.#parts = parts;
  }

  /** Follows what this workspace followed before, if it did. Nothing in Restricted Mode. */
  async resume(): Promise<void> {
    const { memory, isTrusted } = this.#parts;
    if (memory.pools.length > 0 && isTrusted()) await (await this.views()).resume();
  }

  async run(command: PoolCommandName, args: readonly unknown[]): Promise<void> {
    await (await this.views()).commands[command](...args);
  }

  /** Settings have changed. */
  async obeySettings(): Promise<void> {
    await (await this.#views)?.obeySettings();
  }

  /** Something is different of the servers that count a pool's connections. */
  redrawCounts(): void {
    void this.#views?.then(({ tree }) => tree.redrawCounts());
  }

  views(): Promise<PoolViews> {
    this.#views ??= import('./poolViews.ts').then(({ createPoolViews }) => {
      const views = createPoolViews(this.#parts);
      if (this.#isDisposed) views.dispose();
      return views;
    });
    return this.#views;
  }

  dispose(): void {
    this.#isDisposed = true;
    void this.#views?.then((views) => views.dispose());
  }
}
