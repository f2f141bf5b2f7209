import { Buffer } from 'node:buffer';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { sentence, SentenceError, type Sentence } from '../../core/sentence.ts';
import type { ElsewhereOptions } from '../tail/elsewhere.ts';
import { feed } from '../tail/feed.ts';
import type { TailSink } from '../tail/tailSink.ts';
import type { ServerTarget } from './destination.ts';
import { askedOf, ServerReach } from './reachServer.ts';
import type { ServerConnection } from './serverConnection.ts';
import {
  isNextOf,
  nameOf,
  readServerFile,
  serverFiles,
  type ServerFile,
  type ServerFiles,
} from './serverLogFiles.ts';
import { problemOf, wordsOf } from './serverProblem.ts';

/** At most so much of a log that was written before is read over a connection. */
const mostOldBytes = 64 * 1024 * 1024;
/** A slice: as large as comes in time. */
const sliceBytes = { first: 128 * 1024, least: 16 * 1024, most: 1024 * 1024 };
const quickMs = 300;
/** That much before the place in the file is read again, and compared. */
const fingerprintBytes = 48;
const pausedLookMs = 1000;

/** Between two looks, and two attempts to connect; ms. */
export interface ServerLogPace {
  readonly lookMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

const usualPace: ServerLogPace = { lookMs: 1000, firstRetryMs: 1000, longestRetryMs: 30_000 };

/** The file that is read. */
interface OpenFile {
  readonly path: string;
  readonly inode: number;
  offsetBytes: number;
  /** As it was listed last; undefined = it was gone. */
  listed: ServerFile | undefined;
  modifiedAt: number;
  fingerprint: Buffer;
}

/**
 * Follows the log of a server over a connection to it, of its own: through rotations, each file to its end, and through
 * lost connections. `target` is asked for before each connection; undefined = it is not connected to any more.
 */
export async function tailServerLog(
  target: () => ServerTarget | undefined,
  sink: TailSink,
  options: ElsewhereOptions & { readonly pace?: ServerLogPace | undefined },
): Promise<void> {
  const { signal, paused, onStatus, pace = usualPace } = options;
  const log = new ServerLog(sink, options);
  let connection: ServerConnection | undefined;
  let retryMs = pace.firstRetryMs;
  try {
    while (!signal.aborted) {
      if (paused?.paused === true) {
        await paused.resumed(pausedLookMs, signal);
        continue;
      }
      try {
        const wanted = target();
        if (!wanted) throw new SentenceError('This server is no longer connected: connect to it again.');
        connection ??= await new ServerReach(wanted, signal).open();
        await log.look(connection);
        retryMs = pace.firstRetryMs;
        await delay(pace.lookMs, undefined, { signal });
      } catch (error) {
        if (isAborted(signal)) break;
        const sentence = sentenceOf(error, connection);
        await connection?.close();
        connection = undefined;
        onStatus({ kind: 'away', sentence });
        await delay(retryMs, undefined, { signal }).catch(() => undefined);
        retryMs = Math.min(2 * retryMs, pace.longestRetryMs);
      }
    }
  } finally {
    await connection?.close();
  }
}

/** Asked through a function, as TypeScript takes what was false before to be so still. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function sentenceOf(error: unknown, connection: ServerConnection | undefined): Sentence {
  if (error instanceof SentenceError) return error.sentence;
  if (connection) return problemOf(error, askedOf(connection.destination)).sentence;
  return sentence(
    'The log cannot be read over the connection ({0}): it is tried again by itself.',
    wordsOf(error),
  );
}

/** The log as far as it is read. */
class ServerLog {
  readonly #sink: TailSink;
  readonly #options: ElsewhereOptions;
  #open: OpenFile | undefined;
  #files = 0;
  #sliceBytes = sliceBytes.first;
  /** How large files were when they were left. */
  readonly #left = new Map<string, number>();
  #stale = true;

  constructor(sink: TailSink, options: ElsewhereOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  /** Reads all there is, through all rotations since the last look. Rejects with what a connection rejects with. */
  async look(connection: ServerConnection): Promise<void> {
    const found = await serverFiles(connection, this.#open && nameOf(this.#open.path));
    if (this.#open) this.#listed(found, this.#open);
    else this.#begin(found.currentPath, found, mostOldBytes);
    for (let next = this.#open; next; next = this.#next(found)) {
      // listed before it is read to its end: what is written to a file is all there before the next one is named
      if (next !== this.#open) this.#begin(next.path, found, Number.POSITIVE_INFINITY);
      if (!(await this.#drain(connection))) return;
    }
    if (this.#stale) this.#sink.caughtUp();
    this.#stale = false;
    this.#options.onStatus({ kind: 'following' });
  }

  #listed({ files }: ServerFiles, open: OpenFile): void {
    open.listed = files.find(({ name }) => name === nameOf(open.path));
    open.modifiedAt = open.listed?.modifiedAt ?? open.modifiedAt;
  }

  #begin(path: string, { files }: ServerFiles, mostBytes: number): void {
    const name = nameOf(path);
    if (this.#open) this.#left.set(nameOf(this.#open.path), this.#open.offsetBytes);
    if (this.#left.size > 1000) this.#left.clear();
    const listed = files.find((file) => file.name === name);
    const offsetBytes = Math.max(0, (listed?.sizeBytes ?? 0) - mostBytes);
    if (offsetBytes > 0)
      this.#options.onGap(
        sentence(
          'Of {0}, only the newest {1} MiB are read over the connection: what is older is not counted.',
          path,
          mostOldBytes / 1024 / 1024,
        ),
      );
    const modifiedAt = listed?.modifiedAt ?? 0;
    this.#start({
      path,
      offsetBytes,
      listed,
      modifiedAt,
      inode: ++this.#files,
      fingerprint: Buffer.alloc(0),
    });
  }

  #start(open: OpenFile): void {
    if (this.#open) this.#sink.end();
    this.#open = open;
    this.#stale = true;
    const { path, inode, offsetBytes } = open;
    this.#sink.begin({ path, identity: { device: 0, inode, head: '', headBytes: 0 } }, offsetBytes);
  }

  /** Reads the open file to its end; false = it is to be stopped. */
  async #drain(connection: ServerConnection): Promise<boolean> {
    const { signal, paused } = this.#options;
    for (;;) {
      const open = this.#open;
      if (!open || signal.aborted || paused?.paused === true) return false;
      const bytes = await this.#slice(connection, open);
      // another connection of ours was waited for
      if (isAborted(signal)) return false;
      if (bytes === 'truncated') {
        this.#sink.lost(Math.max(0, (open.listed?.sizeBytes ?? 0) - open.offsetBytes));
        this.#start({ ...open, offsetBytes: 0, inode: ++this.#files, fingerprint: Buffer.alloc(0) });
        continue;
      }
      if (bytes.length === 0) return true;
      this.#took(open, bytes);
      await nextTurn();
    }
  }

  #took(open: OpenFile, bytes: Buffer): void {
    open.offsetBytes += bytes.length;
    open.fingerprint = Buffer.from(Buffer.concat([open.fingerprint, bytes]).subarray(-fingerprintBytes));
    this.#stale = true;
    feed(this.#sink, bytes);
    const totalBytes = Math.max(open.offsetBytes, open.listed?.sizeBytes ?? 0);
    this.#options.onStatus({ kind: 'reading', readBytes: open.offsetBytes, totalBytes });
  }

  /** What comes next in the file, with the last bytes before it to compare; smaller slices where they come slowly. */
  async #slice(connection: ServerConnection, open: OpenFile): Promise<Buffer | 'truncated'> {
    const { fingerprint, offsetBytes, path } = open;
    const from = offsetBytes - fingerprint.length;
    const startedAt = performance.now();
    // halved until the answer is here: what comes too late is asked for in smaller slices
    this.#sliceBytes = Math.max(sliceBytes.least, this.#sliceBytes / 2);
    const bytes = Buffer.from(
      await readServerFile(connection, path, from, fingerprint.length + 2 * this.#sliceBytes),
    );
    const isQuick = performance.now() - startedAt < quickMs;
    this.#sliceBytes = Math.min(sliceBytes.most, this.#sliceBytes * (isQuick ? 4 : 2));
    if (bytes.length === 0 && open.listed === undefined) return bytes;
    if (!bytes.subarray(0, fingerprint.length).equals(fingerprint)) return 'truncated';
    return bytes.subarray(fingerprint.length);
  }

  /** The file that was written after the open one, if there is one. */
  #next({ currentPath, files }: ServerFiles): OpenFile | undefined {
    const open = this.#open;
    const current = nameOf(currentPath);
    const name = open && nameOf(open.path);
    if (!open || name === undefined || name === current) return undefined;
    const later = files
      .filter((file) => file.name !== name && file.name !== current)
      .filter((file) => isNextOf(current, file.name) && isYounger(file, open, name))
      .filter((file) => this.#left.get(file.name) !== file.sizeBytes)
      .sort((a, b) => a.modifiedAt - b.modifiedAt || (a.name < b.name ? -1 : 1));
    const [next = { name: current }] = later;
    const path = currentPath.slice(0, currentPath.length - current.length) + next.name;
    return { ...open, path };
  }
}

/** Times are in whole seconds: of one second, names tell the order. */
function isYounger(file: ServerFile, { modifiedAt }: OpenFile, name: string): boolean {
  return file.modifiedAt === modifiedAt ? file.name > name : file.modifiedAt > modifiedAt;
}
