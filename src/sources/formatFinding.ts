import { detectFormat, formatOf, type FormatHints, type SettledFormat } from '../core/log/formatDetection.ts';
import type { LogFormat } from '../core/log/logFormat.ts';
import type { LogClock } from '../core/log/logTimestamp.ts';
import { detectWrapping, type DetectedWrapping } from '../core/log/wrapping/wrappingDetection.ts';
import { feed } from './tail/feed.ts';
import { decodedText, utf16Of, type LineEncoding } from './tail/lineEncoding.ts';
import type { Scan } from './tail/scan.ts';
import { logText } from './tail/scanTexts.ts';
import { Unwrap } from './tail/unwrap.ts';
import type { Understanding } from './understanding.ts';

/**
 * Bytes of a log from which its format is told, unless reading comes to what was written last before; so many without
 * any log line are passed over. What is told does not depend on how the bytes were cut, only on these two.
 */
const sampleBytes = 256 * 1024;

/** From what is known: a whole sample, the lines that stand here, or all that will ever be here. */
type Evidence = 'sample' | 'lines' | 'final';

/** Hears how a file is written, and which prefix an earlier one had. */
type OnFound = (format: LogFormat, earlierPrefix: string | undefined) => void;

/**
 * Finds out how a file that has begun is written: what its lines are wrapped in, which is taken off, and the format of the
 * log itself, which the scan gets.
 */
export class FormatFinding {
  readonly #scan: Scan;
  readonly #clock: LogClock;
  readonly #understanding: Understanding;
  readonly #hints: FormatHints;
  readonly #onFound: OnFound;
  /** Its name says that it is a server's plain log. */
  #isStderr = false;
  #beganAtBytes = 0;
  /** That of the last file that had one: csv and json have none. */
  #lastPrefix: string | undefined;
  /** Stands before the scan where the lines of this file are wrapped. */
  #unwrap: Unwrap | undefined;
  /** It was decided whether they are. */
  #isUnwrapDecided = false;
  /** Bytes in which the format was looked for in vain. */
  #triedBytes = 0;

  constructor(
    { scan, clock, understanding }: { scan: Scan; clock: LogClock; understanding: Understanding },
    hints: FormatHints,
    onFound: OnFound,
  ) {
    this.#scan = scan;
    this.#clock = clock;
    this.#understanding = understanding;
    this.#hints = hints;
    this.#onFound = onFound;
  }

  get beganAtBytes(): number {
    return this.#beganAtBytes;
  }

  /** What the scan gets was wrapped. */
  get isWrapped(): boolean {
    return this.#unwrap !== undefined;
  }

  /** `isSame`: it is the file that was read before, which goes on; `isBeside`: others have records of the same name. */
  begin(
    path: string,
    offsetBytes: number,
    { isSame, isBeside }: { isSame: boolean; isBeside: boolean },
  ): void {
    this.#scan.begin(offsetBytes);
    // the collector's name for what it gets by standard error (syslogger.c), where it is known to be the collector's
    this.#isStderr = path.endsWith('.log') && (isBeside || this.#hints.configuredPrefix !== undefined);
    this.#unwrap = undefined;
    this.#isUnwrapDecided = false;
    this.#beganAtBytes = offsetBytes;
    this.#triedBytes = 0;
    // of another file it is not known before its next bytes
    if (offsetBytes === 0 || !isSame) this.#scan.format = undefined;
  }

  /** How the file that has begun is written: that is not found out any more. */
  settle(format: SettledFormat): void {
    this.#scan.format = formatOf(format, this.#clock);
  }

  room(): Uint8Array {
    return this.#unwrap?.room() ?? this.#scan.room();
  }

  took(count: number): void {
    if (this.#unwrap) this.#unwrap.took(count);
    else this.#scanned(count);
  }

  /** Before the scan has caught up. */
  caughtUp(): void {
    this.#unwrap?.caughtUp();
    if (!this.#scan.format) this.#detect('lines');
  }

  /** Before the scan has come to the end of the file. */
  end(): void {
    if (!this.#unwrap && !this.#scan.format) this.#decideUnwrap('final');
    this.#unwrap?.end();
    if (!this.#scan.format) this.#detect('final');
  }

  /** Writes down how the file is written by now. */
  tell(): void {
    const { format } = this.#scan;
    if (!format) return;
    this.#understanding.format = format.name;
    this.#understanding.logLinePrefix = format.logLinePrefix;
    this.#lastPrefix = format.logLinePrefix ?? this.#lastPrefix;
  }

  /** The place in the file of a place among the bytes that the scan got. */
  placeOf(offsetBytes: number): number {
    return this.#unwrap?.offsetOf(offsetBytes) ?? offsetBytes;
  }

  #scanned(count: number): void {
    this.#scan.took(count);
    while (!this.#scan.format && this.#scan.unread.length >= sampleBytes) this.#detect('sample');
  }

  #detect(from: Evidence): void {
    if (!this.#isUnwrapDecided && this.#decideUnwrap(from)) {
      if (from === 'sample') return;
      this.#unwrap?.caughtUp();
    }
    const bytes = this.#scan.unread.subarray(0, sampleBytes);
    const sample = bytes.subarray(0, from === 'final' ? bytes.length : bytes.lastIndexOf(0x0a) + 1);
    if (from === 'lines' && sample.length <= this.#triedBytes) return;
    const earlierPrefix = this.#understanding.logLinePrefix ?? this.#lastPrefix ?? this.#hints.earlierPrefix;
    const hints = { ...this.#hints, earlierPrefix, isStderr: this.#isStderr };
    const detected = detectFormat(logText(sample), this.#clock, hints);
    this.#triedBytes = sample.length;
    if (detected) {
      this.#scan.format = detected.format;
      this.#onFound(detected.format, earlierPrefix);
      this.tell();
      this.#scan.took(0);
    } else if (from !== 'lines')
      this.#passOver(from === 'final' ? bytes.length : sample.length || bytes.length);
  }

  /** Without any line of a log. */
  #passOver(bytes: number): void {
    this.#understanding.foreignBytes += bytes;
    this.#scan.discard(bytes);
    if (!this.#unwrap) this.#beganAtBytes += bytes;
    this.#triedBytes = 0;
  }

  /** Whether the lines are wrapped; then everything that stands here goes through the unwrapping again. */
  #decideUnwrap(from: Evidence): boolean {
    const bytes = this.#scan.unread;
    if (this.#scan.format || (from === 'lines' && bytes.lastIndexOf(0x0a) + 1 <= this.#triedBytes))
      return false;
    const utf16 = this.#beganAtBytes === 0 ? utf16Of(bytes) : undefined;
    const encoding: LineEncoding = utf16 ?? 'utf8';
    const sample = decodedText(bytes.subarray(0, sampleBytes), encoding).replace(/^\uFEFF/, '');
    const context = { clock: this.#clock, now: this.#hints.now ?? Date.now() };
    const wrapping = detectWrapping(sample, context, this.#hints);
    if (!wrapping && utf16 === undefined) return false;
    const isUtf8 = wrapping?.wrappings.some((each) => each.isUtf8) ?? true;
    this.#begin(
      new Unwrap(
        { wrapping, encoding: utf16 ?? (isUtf8 ? 'utf8' : 'bytes'), context },
        this.#beganAtBytes,
        (inner) => this.#inner(inner),
      ),
      wrapping,
    );
    return true;
  }

  #begin(unwrap: Unwrap, wrapping: DetectedWrapping | undefined): void {
    const raw = Buffer.from(this.#scan.unread);
    this.#isUnwrapDecided = true;
    this.#scan.begin(0);
    this.#triedBytes = 0;
    this.#unwrap = unwrap;
    const understanding = this.#understanding;
    understanding.wrapping = wrapping?.wrappings.map(({ name }) => name).join(', ');
    for (const name of wrapping?.otherServers ?? [])
      if (!understanding.otherServers.includes(name)) understanding.otherServers.push(name);
    feed({ room: () => unwrap.room(), took: (count) => unwrap.took(count) }, raw);
  }

  /** Bytes of the log itself, out of what they were wrapped in. */
  #inner(bytes: Uint8Array): void {
    feed({ room: () => this.#scan.room(), took: (count) => this.#scanned(count) }, bytes);
  }
}
