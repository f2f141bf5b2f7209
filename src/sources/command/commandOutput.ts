import { setTimeout as delay } from 'node:timers/promises';
import type { CommandSource } from '../../core/log/logPlace.ts';
import type { ElsewhereOptions } from '../tail/elsewhere.ts';
import { feed } from '../tail/feed.ts';
import type { TailSink } from '../tail/tailSink.ts';
import { endSentence, gapSentence } from './commandProblem.ts';
import { runCommand, type RunEnd, type StreamName } from './commandRun.ts';
import { OutputStream } from './outputStream.ts';

/** When a command is started again, and what of it is told when; in ms. */
export interface CommandPace {
  /** Before the first new start; then twice as long each time, until `longestMs`. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** After a run of so long with output the next wait is the first again. */
  readonly steadyMs: number;
  /** What runs for so long is on its way. */
  readonly aliveMs: number;
  /** When so little comes in such a time, what was logged before is read. */
  readonly quietMs: number;
}

const usualPace: CommandPace = {
  firstMs: 1000,
  longestMs: 60_000,
  steadyMs: 60_000,
  aliveMs: 1000,
  quietMs: 250,
};
const littleBytes = 8 * 1024;
/** A command that prints nothing for so many times has nothing to print. */
const mostSilences = 20;

/**
 * Follows the output of a command as one log, through all its runs. What a run prints again that one before has printed
 * is left out: every line counts once (RepeatedLines).
 */
export async function tailCommand(
  source: CommandSource,
  sink: TailSink,
  options: ElsewhereOptions & { readonly pace?: CommandPace | undefined },
): Promise<void> {
  const { signal, paused, onStatus, pace = usualPace } = options;
  if (signal.aborted) return;
  const output = new CommandOutput(source, sink, options, pace);
  let waitMs = pace.firstMs;
  while (!isAborted(signal)) {
    const startedAt = performance.now();
    output.begin();
    const alive = setTimeout(() => onStatus({ kind: 'following' }), pace.aliveMs);
    let end: RunEnd;
    try {
      end = await runCommand(source.command, { signal, paused, took: output.took });
    } finally {
      clearTimeout(alive);
      output.end();
    }
    // an abort ends the run as well
    if (isAborted(signal)) break;
    output.ended = { end, at: Date.now() };
    if (performance.now() - startedAt >= pace.steadyMs && output.tookBytes > 0) waitMs = pace.firstMs;
    onStatus({ kind: 'away', sentence: endSentence(source, end, waitMs) });
    await delay(waitMs, undefined, { signal }).catch(() => undefined);
    waitMs = Math.min(2 * waitMs, pace.longestMs);
  }
  output.close();
}

/** Asked through a function, as TypeScript takes what was false before to be so still. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** The two streams of a command as one log. */
class CommandOutput {
  /** How the run before ended. */
  ended: { readonly end: RunEnd; readonly at: number } | undefined;
  /** Of this run. */
  tookBytes = 0;
  readonly #source: CommandSource;
  readonly #sink: TailSink;
  readonly #options: ElsewhereOptions;
  readonly #streams: Readonly<Record<StreamName, OutputStream>>;
  readonly #quietMs: number;
  /** Of all runs. */
  #bytes = 0;
  #startedAt = 0;
  /** While what was logged before is read. */
  #reading: NodeJS.Timeout | undefined;
  #silences = 0;
  #bytesBefore = 0;
  #isRead = false;

  constructor(source: CommandSource, sink: TailSink, options: ElsewhereOptions, { quietMs }: CommandPace) {
    this.#source = source;
    this.#sink = sink;
    this.#options = options;
    this.#quietMs = quietMs;
    const stdout: OutputStream = this.#stream(() => stderr);
    const stderr: OutputStream = this.#stream(() => stdout);
    this.#streams = { stdout, stderr };
    sink.begin({ path: source.name, identity: { device: 0, inode: 0, head: '', headBytes: 0 } }, 0);
  }

  begin(): void {
    this.tookBytes = 0;
    this.#startedAt = Date.now();
    this.#streams.stdout.begin();
    this.#streams.stderr.begin();
    if (!this.#isRead) this.#reading ??= setInterval(() => this.#look(), this.#quietMs);
  }

  readonly took = (stream: StreamName, bytes: Buffer): void => {
    this.tookBytes += bytes.length;
    this.#bytes += bytes.length;
    this.#streams[stream].took(bytes);
    if (this.#isRead) this.#sink.caughtUp();
  };

  /** The run is over: nothing more will be read of what was logged before. */
  end(): void {
    this.#streams.stdout.end();
    this.#streams.stderr.end();
    if (this.#bytes > 0) this.#caughtUp();
  }

  close(): void {
    clearInterval(this.#reading);
    this.#streams.stdout.finish();
    this.#streams.stderr.finish();
  }

  #stream(other: () => OutputStream): OutputStream {
    return new OutputStream({
      take: (bytes) => {
        other().interrupt();
        feed(this.#sink, bytes);
      },
      notRepeated: () => {
        // the log is in the stream that has more; the other has what the command itself says
        const { stdout, stderr } = this.#streams;
        if (other().lineCount > Math.min(stdout.lineCount, stderr.lineCount)) return;
        const { ended } = this;
        this.ended = undefined;
        if (ended) this.#options.onGap(gapSentence(this.#source, ended.end, ended.at, this.#startedAt));
      },
    });
  }

  /** What a command prints at first was logged before, until it prints but little. */
  #look(): void {
    const { paused, onStatus } = this.#options;
    if (paused?.paused === true) return;
    const came = this.#bytes - this.#bytesBefore;
    this.#bytesBefore = this.#bytes;
    if (this.#bytes === 0 && ++this.#silences < mostSilences) return;
    onStatus({ kind: 'reading', readBytes: this.#bytes, totalBytes: this.#bytes });
    if (came < littleBytes) this.#caughtUp();
  }

  #caughtUp(): void {
    clearInterval(this.#reading);
    this.#isRead = true;
    this.#sink.caughtUp();
    this.#options.onStatus({ kind: 'following' });
  }
}
