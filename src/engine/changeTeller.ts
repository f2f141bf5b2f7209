/** At most ten times a second for each. */
const everyMs = 100;

/** Says that something changed: at once when it was quiet, then at most ten times a second for each id. */
export class ChangeTeller {
  readonly #tell: (id: string) => void;
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #toldAt = new Map<string, number>();

  /** `tell` looks up what is newest by then. */
  constructor(tell: (id: string) => void) {
    this.#tell = tell;
  }

  changed(id: string): void {
    if (this.#waiting.has(id)) return;
    const sinceToldMs = performance.now() - (this.#toldAt.get(id) ?? -everyMs);
    const tellLater = (): void => {
      this.#waiting.delete(id);
      this.#toldAt.set(id, performance.now());
      this.#tell(id);
    };
    this.#waiting.set(id, setTimeout(tellLater, Math.max(0, everyMs - sinceToldMs)));
  }

  /** From now on nothing is told of it, unless it changes again. */
  forget(id: string): void {
    clearTimeout(this.#waiting.get(id));
    this.#waiting.delete(id);
    this.#toldAt.delete(id);
  }
}
