import type { Disposable } from 'vscode';

/**
 * Runs a piece of work whenever it is asked for, one after the other and at most once in `everyMs`; however often
 * it is asked for meanwhile, it runs once more at the end. Errors go to `failed`.
 */
export class RefreshRate implements Disposable {
  readonly #work: () => Promise<void>;
  readonly #everyMs: number;
  readonly #failed: (error: unknown) => void;
  #wanted = false;
  #resting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(everyMs: number, work: () => Promise<void>, failed: (error: unknown) => void) {
    this.#everyMs = everyMs;
    this.#work = work;
    this.#failed = failed;
  }

  /** Wants the work done, from now on. */
  ask(): void {
    this.#wanted = true;
    if (!this.#resting && !this.#disposed) void this.#run();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    this.#wanted = false;
    this.#resting = true;
    const startedAt = performance.now();
    await this.#work().catch(this.#failed);
    const restMs = Math.max(0, this.#everyMs - (performance.now() - startedAt));
    if (!this.#disposed) this.#timer = setTimeout(() => this.#wake(), restMs);
  }

  #wake(): void {
    this.#resting = false;
    if (this.#wanted) void this.#run();
  }
}
