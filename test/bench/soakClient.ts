import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { SourceStatus, Totals } from '../../src/core/snapshot/sourceStatus.ts';
import type { EngineQuestions, FromEngine, QuestionName } from '../../src/protocol/engineMessages.ts';
import type { Holdings } from './soakEngine.ts';
import type { SoakTruth } from './soakLog.ts';

/**
 * glibc gives large blocks back at once and keeps one arena: else what it holds for later, which differs by 100 MiB from
 * run to run, hides whether we hold more and more.
 */
const plainAllocator = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '65536' };
const patienceMs = 30_000;

/** The engine's process, as who asks it knows it. */
export class SoakClient {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (message: FromEngine) => void>();
  readonly #statuses = new Map<string, SourceStatus>();
  #measured: ((holdings: Holdings) => void) | undefined;
  #lastId = 0;

  constructor(storageDirectory: string) {
    this.#process = fork(join(import.meta.dirname, 'soakEngine.ts'), [storageDirectory], {
      serialization: 'advanced',
      env: { ...process.env, ...plainAllocator },
      execArgv: ['--expose-gc'],
    });
    this.#process.on('message', (message: FromEngine | Holdings) => this.#hear(message));
    this.#process.once('exit', (code) => {
      if (code !== 0) throw new Error(`the engine's process ended: ${code}`);
    });
  }

  async ask<Q extends QuestionName>(
    question: Q,
    ask: EngineQuestions[Q]['ask'],
  ): Promise<EngineQuestions[Q]['answer']> {
    const id = ++this.#lastId;
    const answered = new Promise<FromEngine>((resolve) => this.#waiting.set(id, resolve));
    this.#process.send({ id, question, ask });
    const message = await answered;
    if (message.type === 'answer') return message.answer as EngineQuestions[Q]['answer'];
    throw new Error(`refused: ${JSON.stringify(message)}`);
  }

  /** Waits until the engine has counted all that the log tells; throws when it has counted something else. */
  async caughtUp(sourceId: string, truth: SoakTruth): Promise<void> {
    const until = performance.now() + patienceMs;
    while (!this.#isAt(sourceId, truth)) {
      if (performance.now() > until)
        throw new Error(
          `counted ${JSON.stringify(this.#statuses.get(sourceId)?.totals)}, not ${JSON.stringify(truth)}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  measure(): Promise<Holdings> {
    return this.#holdings('holdings');
  }

  /** Ends the engine; answers what it holds then. */
  close(): Promise<Holdings> {
    return this.#holdings('close');
  }

  #holdings(message: string): Promise<Holdings> {
    return new Promise((resolve) => {
      this.#measured = resolve;
      this.#process.send(message);
    });
  }

  #isAt(sourceId: string, truth: SoakTruth): boolean {
    const status = this.#statuses.get(sourceId);
    const totals: Totals | undefined = status?.totals;
    return (
      status?.state === 'following' &&
      (['connects', 'disconnects', 'lost', 'failures'] as const).every(
        (count) => totals?.[count] === truth[count],
      )
    );
  }

  #hear(message: FromEngine | Holdings): void {
    if (message.type === 'holdings') this.#measured?.(message);
    else if (message.type === 'changed') this.#statuses.set(message.status.sourceId, message.status);
    else if (message.type === 'answer' || message.type === 'refused') {
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    } else if (message.type === 'log') console.error(`${message.level}: ${message.text}`);
  }
}
