import { Worker } from 'node:worker_threads';
import type { DiscoveredLog } from '../core/log/logPlace.ts';
import { type Sentence, sentence, SentenceError } from '../core/sentence.ts';
import type { PoolFindingChange, PoolStatus } from '../core/pool/poolSnapshot.ts';
import type { FindingChange } from '../core/server/finding.ts';
import type { ServerStatus } from '../core/server/serverSnapshot.ts';
import type { SourceStatus } from '../core/snapshot/sourceStatus.ts';
import type {
  EngineFarewell,
  EngineQuestions,
  FromEngine,
  QuestionName,
} from '../protocol/engineMessages.ts';

/** Time for the engine to write its checkpoints before its thread is ended. */
const farewellMs = 1500;

/** What the engine is told when it starts. */
export interface EngineWorkerData {
  /** Where it may keep checkpoints; undefined = nowhere. */
  readonly storageDirectory?: string | undefined;
}

/** What the engine tells unasked. */
export interface EngineListener {
  changed?(status: SourceStatus): void;
  /** The live server; `changes` are told once. */
  server?(status: ServerStatus, changes: readonly FindingChange[]): void;
  /** A followed pool; `changes` are told once. */
  pool?(status: PoolStatus, changes: readonly PoolFindingChange[]): void;
  newestServer?(log: DiscoveredLog): void;
  log?(level: 'info' | 'warn' | 'error', text: string): void;
  /** The worker died and forgot everything; the next question starts another one. */
  died(why: Sentence): void;
}

interface Waiting {
  readonly answer: (answer: unknown) => void;
  readonly refuse: (error: SentenceError) => void;
}

/**
 * The engine on its own thread, as the editor's views know it. The thread starts with the first question. A
 * question is answered, or refused with a SentenceError; none is left hanging when the thread dies.
 */
export class EngineClient {
  readonly #scriptPath: string;
  readonly #workerData: EngineWorkerData;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<EngineListener>();
  #worker: Worker | undefined;
  #lastId = 0;
  #disposed = false;

  /** `scriptPath` is the engine's bundle, `dist/engine.cjs`. */
  constructor(scriptPath: string, workerData: EngineWorkerData) {
    this.#scriptPath = scriptPath;
    this.#workerData = workerData;
  }

  /** True while the thread lives. */
  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  /** Asks the engine, starting it if need be. Rejects with a SentenceError. */
  ask<Q extends QuestionName>(
    question: Q,
    ask: EngineQuestions[Q]['ask'],
  ): Promise<EngineQuestions[Q]['answer']> {
    if (this.#disposed)
      return Promise.reject(new SentenceError('The window is closing: nothing more is read.'));
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const answer = (value: unknown): void => resolve(value as EngineQuestions[Q]['answer']);
      this.#waiting.set(id, { answer, refuse: reject });
      worker.postMessage({ id, question, ask });
    });
  }

  /** Hears what the engine tells unasked, until the given function is called. */
  listen(listener: EngineListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends the thread; resolves when it is gone. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const worker = this.#worker;
    this.#worker = undefined;
    this.#listeners.clear();
    this.#refuseAll(sentence('The window is closing: nothing more is read.'));
    if (!worker) return;
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage('close' satisfies EngineFarewell);
    const timer = setTimeout(() => void worker.terminate(), farewellMs);
    await gone;
    clearTimeout(timer);
  }

  #start(): Worker {
    const worker = new Worker(this.#scriptPath, { workerData: this.#workerData, name: 'pg-connections' });
    worker.on('message', (message: FromEngine) => {
      if (worker === this.#worker) this.#receive(message);
    });
    worker.on('error', (error) => this.#end(worker, error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => this.#end(worker, `exit code ${code}`));
    return worker;
  }

  #end(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    const why = sentence(
      'The part of PostgreSQL Connections that reads the log stopped unexpectedly ({0}); it starts again by itself.',
      reason,
    );
    this.#refuseAll(why);
    for (const listener of this.#listeners) listener.died(why);
  }

  #refuseAll({ message, args }: Sentence): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { refuse } of waiting) refuse(new SentenceError(message, ...args));
  }

  #receive(message: FromEngine): void {
    switch (message.type) {
      case 'answer':
        this.#take(message.id)?.answer(message.answer);
        break;
      case 'refused':
        this.#take(message.id)?.refuse(new SentenceError(message.sentence.message, ...message.sentence.args));
        break;
      case 'changed':
        for (const listener of this.#listeners) listener.changed?.(message.status);
        break;
      case 'server':
        for (const listener of this.#listeners) listener.server?.(message.status, message.changes);
        break;
      case 'pool':
        for (const listener of this.#listeners) listener.pool?.(message.status, message.changes);
        break;
      case 'newestServer':
        for (const listener of this.#listeners) listener.newestServer?.(message.log);
        break;
      case 'log':
        for (const listener of this.#listeners) listener.log?.(message.level, message.text);
        break;
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
