import type { FormatHints, SettledFormat } from '../../core/log/formatDetection.ts';
import type { NumberedForm } from './learnedForms.ts';
import type { Stretch, ToldStretch } from './stretch.ts';
import { takeStretchWorker } from './stretchWorkers.ts';

/** What the thread is told first. */
export interface StretchThreadData {
  /** Of the file, open in this process for as long as the thread lives. */
  readonly descriptor: number;
  readonly hints: FormatHints & { readonly logTimezone?: string | undefined };
  /** How it is written, as the sink has found out; undefined = the thread must find out what it can help with. */
  readonly format: SettledFormat | undefined;
}

/** A stretch, with room for the lines that it tells, and the forms that this thread has learned meanwhile. */
export interface AskedStretch {
  readonly stretch: Stretch;
  readonly room: Float64Array<ArrayBuffer> | undefined;
  readonly forms: readonly NumberedForm[];
}

/** What it reads, once; then stretches. */
export type ToStretchThread = StretchThreadData | AskedStretch;
/** `ready`: it has found out how the log is written; `unable`: it cannot help. */
export type FromStretchThread = 'ready' | 'unable' | ToldStretch;

/** Stretches that are asked for before the first of them is answered: the thread never waits for the next. */
const mostAsked = 3;

/** Another thread that scans stretches of one file. */
export class StretchThread {
  readonly #worker = takeStretchWorker();
  /** Whom it tells. */
  told: (told: ToldStretch) => void = () => undefined;
  #isReady = false;
  #isGone = false;
  /** It has told something: its first lines, which nobody asked for, are read. */
  #hasTold = false;
  #asked: Stretch[] = [];
  readonly #rooms: Float64Array<ArrayBuffer>[] = [];
  #news: (() => void) | undefined;

  constructor() {
    this.#worker.on('message', (message: FromStretchThread) => this.#hear(message));
    this.#worker.on('error', () => this.#leave());
    this.#worker.on('exit', () => this.#leave());
  }

  /** Says what is to be read, once. */
  begin(data: StretchThreadData): void {
    this.#worker.postMessage(data satisfies ToStretchThread);
  }

  /** What was told is done with: it goes back with the next stretch. */
  takeBack(lines: Float64Array<ArrayBuffer>): void {
    this.#rooms.push(lines);
  }

  /** Takes the stretch on, unless it has enough to do, is not ready, or gone; `forms` answers those that are new. */
  ask(stretch: Stretch, forms: () => readonly NumberedForm[]): boolean {
    if (!this.#isReady || this.#isGone || this.#asked.length >= mostAsked) return false;
    this.#asked.push(stretch);
    const room = this.#rooms.pop();
    const message: AskedStretch = { stretch, room, forms: forms() };
    this.#worker.postMessage(message, room ? [room.buffer] : []);
    return true;
  }

  /** True when it scans the stretch that begins there. */
  isScanning(fromBytes: number): boolean {
    return this.#asked.some((stretch) => stretch.fromBytes === fromBytes);
  }

  /** Resolves when it has told something, or is gone. */
  news(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isGone || this.#asked.length === 0) resolve();
      else this.#news = resolve;
    });
  }

  /** Resolves when the thread reads nothing any more: from then on the file may be closed. */
  async close(): Promise<void> {
    const gone = this.#worker.terminate();
    if (!this.#hasTold || this.#asked.length > 0) await gone;
  }

  #hear(message: FromStretchThread): void {
    if (message === 'ready') this.#isReady = true;
    else if (message === 'unable') this.#leave();
    else {
      this.#hasTold = true;
      this.#asked = this.#asked.filter(({ fromBytes }) => fromBytes !== message.fromBytes);
      this.told(message);
    }
    this.#news?.();
  }

  #leave(): void {
    this.#isGone = true;
    this.#asked = [];
    this.#news?.();
  }
}
