import type { TroubleCategory } from '../../../src/core/snapshot/troubleLists.ts';
import type { Server } from '../servers.ts';
import type { Crowd } from './crowd.ts';
import type { Truth, TrueTrouble } from './truth.ts';
import type { Login, Visitor } from './visitor.ts';
import { WireClient, type WireError } from './wire.ts';

/** One trouble, and the kind that it was provoked as. */
export interface TrueFailure {
  readonly category: TroubleCategory;
  readonly kind: string;
  readonly message: string;
  /** It stands in the server's stderr only, without a prefix, and this is how it begins. */
  readonly isRaw?: true;
}

/** The truth about a server on which things failed. */
export interface FailureTruth extends Truth {
  readonly troubles: readonly TrueFailure[];
}

/** Writes down what was provoked and what the clients were told, beside what their crowd knows. */
export class FailureLedger {
  readonly crowd: Crowd;
  readonly #troubles: TrueFailure[] = [];
  readonly #failed: TrueTrouble[] = [];
  readonly #endings: TrueTrouble[] = [];
  #sessions = 0;

  constructor(crowd: Crowd) {
    this.crowd = crowd;
  }

  get server(): Server {
    return this.crowd.server;
  }

  /** A login that the server refuses, by an ordinary driver. */
  async refused(kind: string, login: Login): Promise<void> {
    this.refusal(kind, await this.crowd.refused(login));
  }

  /** A refusal that the crowd knows of already. */
  refusal(kind: string, { message }: { readonly message: string }): void {
    this.#troubles.push({ category: 'failure', kind, message });
  }

  /** A login that the server refuses, by a client that says what it likes; `untold`: what its log alone says of it. */
  async turnedAway(
    kind: string,
    act: (client: WireClient) => Promise<void> | void,
    untold?: Pick<WireError, 'message' | 'sqlState'>,
  ): Promise<void> {
    const client = await WireClient.open(this.server);
    await act(client);
    const fatal = (await client.fatal()) ?? untold;
    if (!fatal) throw new Error(`${kind}: the server said nothing.`);
    const { message, sqlState } = fatal;
    const { user, database } = client;
    this.#failed.push({ message, sqlState, user, database });
    this.#troubles.push({ category: 'failure', kind, message });
  }

  /** A session that ends as it likes; `untold`: what the log alone says of it. */
  async ended(
    kind: string,
    act: (client: WireClient) => Promise<void> | void,
    untold?: Pick<WireError, 'message' | 'sqlState'>,
  ): Promise<void> {
    const client = await this.#session();
    await act(client);
    const { message, sqlState } = (await client.fatal()) ?? untold ?? {};
    if (message === undefined || sqlState === undefined) throw new Error(`${kind}: the server said nothing.`);
    const { user, database } = client;
    this.#endings.push({ message, sqlState, user, database });
    this.#troubles.push({ category: 'ending', kind, message });
  }

  /** A session of which only its end is in the log: its client just goes. */
  async left(act: (client: WireClient) => Promise<void> | void): Promise<void> {
    const client = await this.#session();
    await act(client);
    await client.closed;
  }

  /** A visitor of the crowd was told that its session is ended. */
  async thrownOut(kind: string, visitor: Visitor): Promise<void> {
    await visitor.closed;
    const { message } = visitor.fatal ?? {};
    if (message === undefined) throw new Error(`${kind}: the server said nothing.`);
    this.#troubles.push({ category: 'ending', kind, message });
  }

  /** What the server says of itself, or of an extension, while sessions go on. */
  problem(kind: string, message: string): void {
    this.#troubles.push({ category: 'problem', kind, message });
  }

  /** What reaches the server's stderr past its log. */
  raw(kind: string, message: string): void {
    this.#troubles.push({ category: 'problem', kind, message, isRaw: true });
  }

  /** A statement that fails, with the session going on. */
  async failing(kind: string, visitor: Visitor, statement: string): Promise<void> {
    try {
      await visitor.query(statement);
    } catch (error) {
      this.problem(kind, error instanceof Error ? error.message : String(error));
      return;
    }
    throw new Error(`${kind}: "${statement}" did not fail.`);
  }

  async truth(): Promise<FailureTruth> {
    const truth = await this.crowd.atRest();
    return {
      ...truth,
      connects: truth.connects + this.#sessions,
      disconnects: truth.disconnects + this.#sessions,
      failed: [...truth.failed, ...this.#failed],
      endings: [...truth.endings, ...this.#endings],
      troubles: this.#troubles,
    };
  }

  /** Logs in as somebody whom pg_hba.conf trusts; the end of the session is the server's to log. */
  async #session(): Promise<WireClient> {
    const client = await WireClient.open(this.server);
    client.startup({ user: 'app', database: 'postgres' });
    await client.awaitMessage('Z');
    this.#sessions += 1;
    return client;
  }
}
