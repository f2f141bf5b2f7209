import type { Readable } from 'node:stream';
import type { LogPlace } from '../../core/log/logPlace.ts';
import { SentenceError } from '../../core/sentence.ts';
import { unpacked } from './compression.ts';
import { feed } from './feed.ts';
import { LogTail, type LogTailOptions } from './logTail.ts';
import type { PauseSwitch } from './pauseSwitch.ts';
import type { TailSink } from './tailSink.ts';
import { WakeUp } from './wakeUp.ts';

export interface TailLogOptions extends LogTailOptions {
  /** Ends the tail; what the sink has then is a good place to resume from. */
  readonly signal: AbortSignal;
  readonly paused?: PauseSwitch | undefined;
}

const pausedGlanceMs = 1000;

/**
 * Reads all files of a log, oldest first, or from the resume point if a file with that identity is found and is that
 * long (the sink's `begin` says where it began), then follows the last one through rotations until the signal
 * aborts, or ends with it. Compressed files count uncompressed bytes. Status comes at most ten times a second while
 * reading. Not following, what cannot be read rejects with a SentenceError; following, it is a status and tried again.
 *
 * There is no queue: `took` returns when the sink has scanned the block, then the next one is read. A slow sink
 * slows the reading, and the bytes wait in the file.
 */
export async function tailLog(place: LogPlace, sink: TailSink, options: TailLogOptions): Promise<void> {
  const { signal, follow, paused } = options;
  const tail = new LogTail(place, sink, options);
  const wakeUp = new WakeUp(signal);
  const stopped = () => signal.aborted || paused?.paused === true;
  try {
    while (!signal.aborted) {
      if (paused?.paused === true) {
        tail.glance();
        await paused.resumed(pausedGlanceMs, signal);
        continue;
      }
      const takenBytes = tail.takenBytes;
      const outcome = await tail.look(stopped);
      if (outcome === 'again') await wakeUp.pause();
      if (outcome !== 'quiet') continue;
      if (!follow) {
        tail.finish();
        return;
      }
      await wakeUp.next(tail.watched, tail.takenBytes > takenBytes);
    }
  } finally {
    tail.close();
    await wakeUp.close();
  }
}

/**
 * Feeds a stream (standard input) to the sink until it ends or the signal aborts; gzip and zstd are unpacked. Rejects
 * with a SentenceError that says what the stream failed by. The stream is destroyed in every case.
 */
export async function tailStream(
  readable: Readable,
  sink: TailSink,
  { signal }: { signal: AbortSignal },
): Promise<void> {
  const abort = () => void readable.destroy();
  signal.addEventListener('abort', abort);
  try {
    if (signal.aborted) return;
    sink.begin({ path: '-', identity: { device: 0, inode: 0, head: '', headBytes: 0 } }, 0);
    for await (const bytes of readOf(unpacked(readable))) {
      feed(sink, bytes);
      sink.caughtUp();
    }
    sink.end();
    sink.caughtUp();
  } catch (error) {
    // the abort itself makes the stream fail
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    readable.destroy();
  }
}

/** What the stream gives; what it fails by is said of the stream. */
async function* readOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    if (error instanceof SentenceError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new SentenceError('Standard input cannot be read to its end: {0}. Check what writes it.', why);
  }
}
