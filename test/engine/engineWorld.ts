import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderSentence } from '../../src/core/sentence.ts';
import type { SourceStatus } from '../../src/core/snapshot/sourceStatus.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { ClearMark, EngineSettings } from '../../src/protocol/logQuestions.ts';
import type {
  EngineQuestions,
  FromEngine,
  QuestionName,
  ToEngine,
} from '../../src/protocol/engineMessages.ts';
import { eventually, TestDirectory } from '../sources/tailWorld.ts';

/** The folder of a recorded log, and a file in it. */
export function fixture(...names: string[]): string {
  return join(dirname(fileURLToPath(import.meta.url)), '..', 'fixtures', ...names);
}

export const settings: EngineSettings = {
  logLinePrefix: 'auto',
  timeZone: 'auto',
  historyWindowMinutes: 60,
  historyBucketMinutes: 15,
  memoryEvents: 10_000,
  feedRows: 500,
  mute: [],
};

/** One process of a server, as the writer of a log knows it. */
export interface Client {
  readonly pid: number;
  readonly user?: string;
  readonly database?: string;
  readonly application?: string;
}

/** Lines as PostgreSQL 16 writes them with `log_line_prefix = '%m [%p] '` in UTC; each a millisecond after the last. */
export class ServerLines {
  #at: number;

  constructor(at = Date.UTC(2026, 0, 5, 12)) {
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  pass(ms: number): this {
    this.#at += ms;
    return this;
  }

  line(pid: number, text: string): string {
    this.#at += 1;
    return `${new Date(this.#at).toISOString().replace('T', ' ').replace('Z', ' UTC')} [${pid}] ${text}\n`;
  }

  start(): string {
    return (
      this.line(1, 'LOG:  starting PostgreSQL 16.4 on x86_64-pc-linux-gnu, compiled by gcc, 64-bit') +
      this.line(1, 'LOG:  database system is ready to accept connections')
    );
  }

  connect({ pid, user = 'app', database = 'shop', application = 'web' }: Client): string {
    return (
      this.line(pid, 'LOG:  connection received: host=[local]') +
      this.line(
        pid,
        `LOG:  connection authorized: user=${user} database=${database} application_name=${application}`,
      )
    );
  }

  walsender(pid: number, user = 'replicator'): string {
    return (
      this.line(pid, 'LOG:  connection received: host=[local]') +
      this.line(pid, `LOG:  replication connection authorized: user=${user} application_name=standby`)
    );
  }

  disconnect({ pid, user = 'app', database = 'shop' }: Client): string {
    const what = `session time: 0:00:00.002 user=${user} database=${database} host=[local]`;
    return this.line(pid, `LOG:  disconnection: ${what}`);
  }

  refuse(pid: number, user = 'bob'): string {
    return (
      this.line(pid, 'LOG:  connection received: host=10.0.0.7 port=50000') +
      this.line(pid, `FATAL:  password authentication failed for user "${user}"`) +
      this.line(
        pid,
        'DETAIL:  Connection matched file "pg_hba.conf" line 117: "host all all all scram-sha-256"',
      )
    );
  }
}

/** An engine in this process, the folder of its logs, and what it told. */
export class EngineWorld {
  readonly directory = new TestDirectory();
  readonly lines: ServerLines;
  readonly told: FromEngine[] = [];
  readonly storage = this.directory.join('storage');
  engine: Engine;
  #lastId = 0;

  /** `at`: when the server begins to write. */
  constructor(at?: number) {
    this.lines = new ServerLines(at);
    this.engine = this.#newEngine();
  }

  /** Asks; rejects with the sentence of a refusal. */
  async ask<Q extends QuestionName>(
    question: Q,
    ask: EngineQuestions[Q]['ask'],
  ): Promise<EngineQuestions[Q]['answer']> {
    const id = ++this.#lastId;
    await this.engine.receive({ id, question, ask } as ToEngine);
    const message = this.told.find(
      (told) => (told.type === 'answer' || told.type === 'refused') && told.id === id,
    );
    if (message?.type === 'answer') return message.answer as EngineQuestions[Q]['answer'];
    assert.ok(message?.type === 'refused');
    throw new Error(renderSentence(message.sentence));
  }

  /** Follows a file of the folder until it is read; answers its source id. */
  async follow(name: string, clearMark?: ClearMark, change: Partial<EngineSettings> = {}): Promise<string> {
    const target = { path: this.directory.join(name) };
    const ask = { target, settings: { ...settings, ...change }, ...(clearMark && { clearMark }) };
    const { status } = await this.ask('follow', ask);
    await this.until(
      status.sourceId,
      'it is read',
      ({ state }) => state === 'following' || state === 'waiting',
    );
    return status.sourceId;
  }

  /** The newest status that was told. */
  status(sourceId: string): SourceStatus | undefined {
    const message = this.told.findLast(
      (told) => told.type === 'changed' && told.status.sourceId === sourceId,
    );
    return message?.type === 'changed' ? message.status : undefined;
  }

  /** Waits for a status of a source for which the condition holds. */
  async until(
    sourceId: string,
    what: string,
    holds: (status: SourceStatus) => boolean,
  ): Promise<SourceStatus> {
    const latest = (): SourceStatus | undefined => this.status(sourceId);
    await eventually(
      () => {
        const status = latest();
        return status !== undefined && holds(status);
      },
      () => `${what}: ${JSON.stringify(latest(), undefined, 1)}`,
    );
    const status = latest();
    assert.ok(status);
    return status;
  }

  /** The window is closed, and opened again. */
  async restart(): Promise<void> {
    await this.engine.close();
    this.told.length = 0;
    this.engine = this.#newEngine();
  }

  async end(): Promise<void> {
    await this.engine.close();
    this.directory.remove();
  }

  #newEngine(): Engine {
    return new Engine((message) => void this.told.push(structuredClone(message)), this.storage);
  }
}
