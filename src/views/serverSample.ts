import type { ServerSnapshot } from '../core/server/serverSnapshot.ts';

/** What is asked of the server: one of its samples, or the newest; undefined = there is none. */
type AskSample = (id?: number) => Promise<ServerSnapshot | undefined>;

/** The sample of the server that is looked at: the newest, or an earlier one that was stepped back to. */
export class ShownSample {
  readonly #ask: AskSample;
  readonly #stepped: () => void;
  #snapshot: ServerSnapshot | undefined;
  /** undefined = the newest. */
  #id: number | undefined;

  /** `stepped`: another sample than before is looked at. */
  constructor(ask: AskSample, stepped: () => void) {
    this.#ask = ask;
    this.#stepped = stepped;
  }

  /** As it was told last. */
  get snapshot(): ServerSnapshot | undefined {
    return this.#snapshot;
  }

  /** True while an earlier sample than the newest is looked at. */
  get isSteppedBack(): boolean {
    return this.#id !== undefined;
  }

  /** Asks for it anew. The newest takes the place of one that is kept no longer. */
  async update(): Promise<void> {
    const id = this.#id;
    const snapshot = await this.#ask(id).catch(() => undefined);
    // another one is looked at by now
    if (id !== this.#id) return;
    if (snapshot === undefined && id !== undefined) {
      this.#look(undefined);
      return this.update();
    }
    this.#snapshot = snapshot;
  }

  /** Looks at the sample before or behind this one, or at the newest; `update` asks for it. */
  step(to: 'earlier' | 'later' | 'latest'): void {
    const ids = this.#snapshot?.samples.map(({ id }) => id) ?? [];
    const at = ids.indexOf(this.#id ?? ids.at(-1) ?? 0);
    const next = to === 'latest' ? undefined : ids[Math.max(0, at + (to === 'earlier' ? -1 : 1))];
    this.#look(next === ids.at(-1) ? undefined : next);
  }

  /** The server is gone, and its samples with it. */
  forget(): void {
    this.#snapshot = undefined;
    this.#look(undefined);
  }

  #look(id: number | undefined): void {
    this.#id = id;
    this.#stepped();
  }
}
