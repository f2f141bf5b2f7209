import type { ActivitySample } from '../../core/server/activity.ts';
import type { ClientProcess, EndingPreview, EndingReport, EndingRequest } from '../../core/server/ending.ts';
import { sentence, SentenceError } from '../../core/sentence.ts';
import { clientQuery } from './activityQueries.ts';
import { findClientProcess } from './clientProcess.ts';
import type { BackendClient } from './clientProcess.ts';
import type { ServerTarget } from './destination.ts';
import { endRows } from './ending.ts';
import { previewEnding } from './endingPreview.ts';
import { Polling } from './poll.ts';
import { askedOf, ServerReach } from './reachServer.ts';
import type { ServerConnection } from './serverConnection.ts';
import { isEndOfSession, problemOf, ServerProblem, Unanswered } from './serverProblem.ts';

// for a pooler's console, which is connected to alike
export { consoleWays } from './destination.ts';
export { endClient, openClient } from './pgClient.ts';
export { codeOf, isTls, ServerProblem, wordsOf } from './serverProblem.ts';
export type { ServerProblemKind } from './serverProblem.ts';
export type { ServerTarget } from './destination.ts';

/**
 * The one connection to a server. Its questions are answered one after the other. Rejections are ServerProblems, and
 * for what cannot be ended or is not as it was shown plain SentenceErrors.
 */
export interface LiveServer {
  /** `user@host:port`; before the first poll what will be tried first. */
  readonly label: string;
  /** Connects where there is no connection, or it was lost. */
  poll(): Promise<ActivitySample>;
  /** What a request would end, from a poll of this moment; changes nothing. */
  preview(request: EndingRequest): Promise<Omit<EndingPreview, 'serverId'>>;
  /** Ends what the preview shows, as far as it still is what it was. */
  end(preview: Omit<EndingPreview, 'serverId'>): Promise<EndingReport>;
  /** The process on this machine behind a backend's connection; undefined = elsewhere, or it cannot be known. */
  clientProcess(pid: number): Promise<ClientProcess | undefined>;
  /** Ends the connection, in about a second at most; idempotent. */
  close(): Promise<void>;
}

/** Nothing is asked and nothing opened until the first poll. */
export function openServer(target: ServerTarget): LiveServer {
  return new OneConnection(target);
}

interface Opened {
  readonly connection: ServerConnection;
  readonly polling: Polling;
}

class OneConnection implements LiveServer {
  readonly #reach: ServerReach;
  #opened: Opened | undefined;
  #last: Promise<unknown> = Promise.resolve();
  readonly #closing = new AbortController();

  constructor(target: ServerTarget) {
    this.#reach = new ServerReach(target, this.#closing.signal);
  }

  get label(): string {
    return this.#reach.label;
  }

  poll(): Promise<ActivitySample> {
    return this.#inTurn(({ polling }) => polling.poll());
  }

  preview(request: EndingRequest): Promise<Omit<EndingPreview, 'serverId'>> {
    return this.#inTurn(async ({ connection, polling }) =>
      previewEnding(connection, await polling.poll(), request),
    );
  }

  end(preview: Omit<EndingPreview, 'serverId'>): Promise<EndingReport> {
    const { request } = preview;
    return this.#inTurn(async (opened) => {
      const database = request.kind === 'free' || request.kind === 'drop' ? request.database : undefined;
      const { connection } = database === undefined ? opened : await this.#leave(database, opened);
      return endRows(connection, preview, (name, ms) => this.#reach.openIn(name, ms));
    }, false);
  }

  clientProcess(pid: number): Promise<ClientProcess | undefined> {
    return this.#inTurn(async ({ connection }) => {
      const [client] = await connection.rows<BackendClient>(clientQuery, [pid]);
      const { host, address = host, port } = connection.destination;
      return client === undefined ? undefined : findClientProcess(client, { host: address, port });
    });
  }

  async close(): Promise<void> {
    // what is under way may be waiting for the server: this ends it
    this.#closing.abort();
    await this.#drop();
    await this.#last;
    await this.#drop();
  }

  /** Runs after whatever is asked already; `again` tells whether work may be done a second time. */
  #inTurn<T>(work: (opened: Opened) => Promise<T>, again = true): Promise<T> {
    const turn = this.#last.then(() => this.#run(work, again && this.#opened !== undefined));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** A connection that turns out to be lost is replaced, and the work done again, once. */
  async #run<T>(work: (opened: Opened) => Promise<T>, again: boolean): Promise<T> {
    const opened = await this.#open();
    try {
      return await work(opened);
    } catch (error) {
      // after the server's FATAL the end of the connection is still on its way
      const isLost = opened.connection.isLost || isEndOfSession(error);
      if (isLost) await this.#drop();
      // who did not answer would only let us wait again
      if (isLost && again && !(error instanceof Unanswered)) return this.#run(work, false);
      if (error instanceof SentenceError) throw error;
      throw problemOf(error, askedOf(opened.connection.destination));
    }
  }

  async #open(): Promise<Opened> {
    if (this.#isClosing()) throw closed();
    if (this.#opened?.connection.isLost === true) await this.#drop();
    if (this.#opened !== undefined) return this.#opened;
    const connection = await this.#reach.open();
    if (this.#isClosing()) {
      await connection.close();
      throw closed();
    }
    this.#opened = { connection, polling: new Polling(connection) };
    return this.#opened;
  }

  /** Our own connection must not be what keeps a database: it goes on in another one. */
  async #leave(database: string, opened: Opened): Promise<Opened> {
    if (opened.connection.destination.database !== database) return opened;
    this.#reach.moveTo(database === 'postgres' ? 'template1' : 'postgres');
    await this.#drop();
    return this.#open();
  }

  #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  async #drop(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.connection.close();
  }
}

function closed(): ServerProblem {
  return new ServerProblem('noServer', sentence('The connection to the server was closed.'));
}
