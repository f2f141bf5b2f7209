import type { PasswordStorage } from './keptPasswords.ts';
import { secretOf, type ServerWish } from './serverWish.ts';

/** What it needs from around it. */
export interface PasswordParts {
  readonly secrets: PasswordStorage;
  /** Asks the user; undefined = not now. */
  readonly askPassword: (label: string) => Thenable<string | undefined>;
  /** The followed log; undefined = none. */
  readonly logId: () => string | undefined;
}

/** The password of the server that is wished: tried, and kept in the editor's secret storage once it was seen to work. */
export class ServerPassword {
  readonly #parts: PasswordParts;
  /** One that has not been seen to work yet, and for whom. */
  #tried: { readonly key: string; readonly password: string } | undefined;
  /** Whose the user is asked for, or will be: one question is not asked twice. */
  readonly #asking = new Set<string>();

  constructor(parts: PasswordParts) {
    this.#parts = parts;
  }

  /** This one is given for the wish. */
  try(wish: ServerWish, password: string): void {
    this.#tried = { key: this.#keyOf(wish), password };
  }

  /** What the wish is tried with: what was given for it, else what is kept; undefined = nothing. */
  async of(wish: ServerWish): Promise<string | undefined> {
    const key = this.#keyOf(wish);
    if (this.#tried?.key !== key) this.#tried = undefined;
    return this.#tried?.password ?? (await this.#parts.secrets.get(key));
  }

  /** The server let us in: what was tried is right. */
  async keep(): Promise<void> {
    const tried = this.#tried;
    this.#tried = undefined;
    if (tried) await this.#parts.secrets.store(tried.key, tried.password);
  }

  /** What was given is for nobody any more. */
  drop(): void {
    this.#tried = undefined;
  }

  /** Forgets what is kept for the wish. */
  async forget(wish: ServerWish): Promise<void> {
    await this.#parts.secrets.delete(this.#keyOf(wish));
  }

  /**
   * Asks the user for the wish's, unless that is asked already; `then` hears whether one was given, which is tried next. It hears
   * nothing where another server is wished meanwhile (`isWished` = false).
   */
  async ask(
    wish: ServerWish,
    label: string,
    isWished: () => boolean,
    then: (isGiven: boolean) => Promise<void>,
  ): Promise<void> {
    const key = this.#keyOf(wish);
    if (this.#asking.has(key)) return;
    this.#asking.add(key);
    try {
      const password = await this.#parts.askPassword(label);
      if (!isWished()) return;
      if (password !== undefined) this.#tried = { key, password };
      await then(password !== undefined);
    } catch {
      // the status says why
    } finally {
      this.#asking.delete(key);
    }
  }

  /** Another server, another password: one log's server is never told that of another log's. */
  #keyOf(wish: ServerWish): string {
    if (wish !== 'log') return secretOf(wish.uri);
    return `password of the server of ${this.#parts.logId() ?? ''}`;
  }
}
