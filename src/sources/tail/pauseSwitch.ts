/** Pauses a tail from outside: while it is paused nothing is read, and the bytes stay in the files. */
export class PauseSwitch {
  #paused = false;
  readonly #waiting = new Set<() => void>();

  get paused(): boolean {
    return this.#paused;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Waits until it is resumed, the signal aborts, or the time is over. Leaves neither timer nor listener. */
  async resumed(withinMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#paused || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, withinMs);
      signal.addEventListener('abort', wake);
      this.#waiting.add(wake);
    });
  }
}
