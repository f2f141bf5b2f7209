import type { Body, Printer, ServerProcess } from './record.ts';

/** Takes the next bytes of the log, one character each. */
export type Sink = (bytes: string) => void;

const chunkBytes = 1 << 18;
/** Lines of different processes come out of order by up to so much. */
const mostJitterMs = 3;
const minuteMs = 60_000;

/** The log while it is written: its clock, its length, and who has which pid. */
export class LogWriter {
  now: number;
  records = 0;
  bytes = 0;
  readonly #printer: Printer;
  readonly #sink: Sink;
  readonly #random: () => number;
  readonly #busy = new Set<number>();
  #lastPid = 2000;
  #text = '';

  constructor(now: number, printer: Printer, sink: Sink, random: () => number) {
    this.now = now;
    this.#printer = printer;
    this.#sink = sink;
    this.#random = random;
  }

  /** Writes what a process says, about now; gives the time that the record has, ms. */
  say(process: ServerProcess, body: Body): number {
    const jitter = this.#random() < 0.1 ? Math.floor(this.#random() * (mostJitterMs + 1)) : 0;
    // a minute that is over stays over: of what minute an event is does not depend on the order of lines
    const early = this.now % minuteMs < jitter ? this.now : this.now - jitter;
    const at = (process.lastAt = Math.max(process.lastAt, early));
    const text = this.#printer(process, at, body);
    this.records += 1;
    this.bytes += text.length;
    this.#text += text;
    if (this.#text.length >= chunkBytes) this.flush();
    return at;
  }

  /** Time goes on by up to so many ms. */
  pass(mostMs: number): void {
    this.now += Math.floor(this.#random() * (mostMs + 1));
  }

  flush(): void {
    if (this.#text !== '') this.#sink(this.#text);
    this.#text = '';
  }

  /** A new process, with the next free pid, or the one given. Other programs start processes too: pids are skipped. */
  fork(
    backendType: string,
    background: boolean,
    {
      host,
      port,
      pid = this.#nextPid(),
    }: { host?: string; port?: number | undefined; pid?: number | undefined } = {},
  ): ServerProcess {
    const [user, database, app, pieces] = [undefined, undefined, undefined, undefined];
    const [startedAt, lastAt, lines, virtualTransactionId] = [this.now, this.now, 0, ''];
    this.#busy.add(pid);
    return {
      ...{ pid, startedAt, background, backendType, host, port, user, database, app },
      ...{ virtualTransactionId, lines, lastAt, pieces },
    };
  }

  /** The process is gone: its pid may come back. */
  exit(pid: number): void {
    this.#busy.delete(pid);
  }

  isFree(pid: number): boolean {
    return !this.#busy.has(pid);
  }

  #nextPid(): number {
    do this.#lastPid += 1 + Math.floor(this.#random() * 40);
    while (this.#busy.has(this.#lastPid));
    if (this.#lastPid < 32_768) return this.#lastPid;
    this.#lastPid = 300;
    return this.#nextPid();
  }
}
