import type { Disposable } from 'vscode';

/** More events than these between two draws, and who watches cannot follow each of them anyway. */
const fewEvents = 20;

/** How long the pause after a draw is: where little happens, and where much does. */
export interface Pace {
  readonly quietMs: number;
  readonly busyMs: number;
}

/**
 * Runs a piece of work whenever it is asked for, one after the other and at most as often as its pace says; however
 * often it is asked for meanwhile, it runs once more at the end. Errors go to `failed`.
 */
export class RefreshRate implements Disposable {
  readonly #work: () => Promise<void>;
  readonly #pace: Pace;
  readonly #failed: (error: unknown) => void;
  #wanted = false;
  #resting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;
  #version = 0;
  #doneVersion = 0;

  constructor(pace: Pace, work: () => Promise<void>, failed: (error: unknown) => void) {
    this.#work = work;
    this.#pace = pace;
    this.#failed = failed;
  }

  /** Wants the work done, from now on. `version` grows by 1 with each event, and tells how much happens. */
  ask(version = this.#version): void {
    this.#wanted = true;
    this.#version = version;
    if (!this.#resting && !this.#disposed) void this.#run();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    const { quietMs, busyMs } = this.#pace;
    const restMs = Math.abs(this.#version - this.#doneVersion) > fewEvents ? busyMs : quietMs;
    this.#wanted = false;
    this.#resting = true;
    this.#doneVersion = this.#version;
    await this.#work().catch(this.#failed);
    if (!this.#disposed) this.#timer = setTimeout(() => this.#wake(), restMs);
  }

  #wake(): void {
    this.#resting = false;
    if (this.#wanted) void this.#run();
  }
}
