import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { logName, shiftTurns, type Rotation, type WriterOrder, type WriterTruth } from './liveWriter.ts';
import type { ReaderAnswer, ReaderOrder } from './liveReader.ts';

/** One load on one log, written and read at the same time. */
export interface LiveOrder {
  readonly linesPerSecond: number;
  readonly seconds: number;
  /** Part of the lines that are about connections. */
  readonly share: number;
  readonly openSessions: number;
  readonly rotation?: Rotation;
  readonly rotations?: number;
}

/** What the writer knows to be true, and what the reader understood. */
export interface LiveRun {
  readonly truth: WriterTruth;
  readonly reader: ReaderAnswer;
  /** How late this machine let an idle process run meanwhile, in 99 of 100 times, ms: it is in all times here. */
  readonly machineP99: number;
  /** Directory of the log, with all that rotation left, until `remove` is called. */
  readonly directory: string;
  remove(): void;
}

/** CPU time is measured from here on: before, the code is still being compiled. */
const warmUpMs = 2000;
/** Until the reader waits for what comes. */
const settledMs = 1500;
const machineEveryMs = 5;

/** Runs a writer and a reader, each in a process of its own. Rejects if one of them fails. */
export async function runLive(order: LiveOrder): Promise<LiveRun> {
  const directory = mkdtempSync(join(process.env['BENCH_DATA'] ?? tmpdir(), 'live-'));
  const remove = (): void => rmSync(directory, { recursive: true });
  const [writer, reader] = [new Child('liveWriter.ts'), new Child('liveReader.ts')];
  try {
    return { ...(await writeAndRead(writer, reader, order, directory)), directory, remove };
  } catch (error) {
    remove();
    throw error;
  } finally {
    await Promise.all([writer.end(), reader.end()]);
  }
}

async function writeAndRead(
  writer: Child,
  reader: Child,
  order: LiveOrder,
  directory: string,
): Promise<Pick<LiveRun, 'truth' | 'reader' | 'machineP99'>> {
  const { rotation = 'none', rotations = 0, linesPerSecond, seconds, share, openSessions } = order;
  const path = join(directory, rotation === 'newName' ? logName(0) : 'x.log');
  const shape = { seed: 4711, share, openSessions };
  const writing: WriterOrder = { path, linesPerSecond, seconds, shape, rotation, rotations };
  await writer.ask(writing, (message) => message === 'ready');
  const following: ReaderOrder = { order: 'follow', path: rotation === 'newName' ? directory : path };
  await reader.ask(following, (message) => message === 'following');
  await delay(settledMs);
  const machine = monitorEventLoopDelay({ resolution: machineEveryMs });
  machine.enable();
  setTimeout(() => reader.tell({ order: 'measure' }), warmUpMs);
  const truncating = rotation === 'copytruncate' ? copyTruncate(path, order) : undefined;
  const truth = (await writer.ask('run', isAnswer)) as WriterTruth;
  await truncating;
  machine.disable();
  reader.tell({ order: 'measured' });
  const finish: ReaderOrder = { order: 'finish', disconnects: truth.disconnects };
  const answer = (await reader.ask(finish, isAnswer)) as ReaderAnswer;
  return { truth, reader: answer, machineP99: machine.percentile(99) / 1e6 - machineEveryMs };
}

function isAnswer(message: unknown): boolean {
  return typeof message === 'object';
}

/** Copies and empties the log again and again, as logrotate's copytruncate does while a server writes on. */
async function copyTruncate(path: string, { seconds, rotations = 0 }: LiveOrder): Promise<void> {
  await delay((seconds * 500) / rotations);
  for (let done = 0; done < rotations; done += 1) {
    shiftTurns(path, true);
    copyToEnd(path, `${path}.1`);
    truncateSync(path);
    if (done < rotations - 1) await delay((seconds * 1000) / rotations);
  }
}

/** Copies until there is no more, as logrotate does; `copyFile` leaves out what is written meanwhile. */
function copyToEnd(from: string, to: string): void {
  const [source, target] = [openSync(from, 'r'), openSync(to, 'w')];
  const block = Buffer.alloc(256 * 1024);
  for (let count = readSync(source, block); count > 0; count = readSync(source, block))
    writeSync(target, block, 0, count);
  closeSync(source);
  closeSync(target);
}

/** A process of the benchmark, which is asked and answers. */
class Child {
  readonly #process: ChildProcess;
  readonly #exited: Promise<void>;

  constructor(script: string) {
    const execArgv = (process.env['BENCH_NODE_OPTIONS'] ?? '').split(' ').filter((word) => word !== '');
    this.#process = fork(join(import.meta.dirname, script), { serialization: 'advanced', execArgv });
    this.#exited = new Promise((resolve) => this.#process.once('exit', () => resolve()));
  }

  tell(message: ReaderOrder | WriterOrder | string): void {
    this.#process.send(message);
  }

  /** Sends a message and waits for the first answer of that kind. Rejects when the process ends before. */
  async ask(
    message: ReaderOrder | WriterOrder | string,
    isAnswer: (message: unknown) => boolean,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const hear = (answer: unknown): void => {
        if (!isAnswer(answer)) return;
        this.#process.off('message', hear).off('exit', fail);
        resolve(answer);
      };
      const fail = (code: number | null): void =>
        reject(new Error(`a process of the benchmark ended: ${code}`));
      this.#process.on('message', hear).once('exit', fail);
      this.tell(message);
    });
  }

  /** It ends by itself when it has answered; what does not is ended. */
  async end(): Promise<void> {
    const bound = setTimeout(() => this.#process.kill('SIGKILL'), 5000);
    await this.#exited;
    clearTimeout(bound);
  }
}
