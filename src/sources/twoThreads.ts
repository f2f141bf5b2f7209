import { settledFormat } from '../core/log/formatDetection.ts';
import type { LogFormat } from '../core/log/logFormat.ts';
import { AheadReading } from './readAhead.ts';
import type { Scan } from './tail/scan.ts';
import type { StretchScan } from './tail/stretchScan.ts';
import { StretchThread, type StretchThreadData } from './tail/stretchThread.ts';
import type { TailedBytes } from './tail/tailSink.ts';

/** Has a big file read by this thread and another one, which loads its program while it is found out here how the file is written. */
export class TwoThreads {
  readonly #scan: Scan;
  #helper: { readonly thread: StretchThread; readonly descriptor: number } | undefined;
  /** While both read. */
  #ahead: AheadReading | undefined;

  constructor(scan: Scan) {
    this.#scan = scan;
  }

  /** While both read: everything before has been told. */
  get toBytes(): number | undefined {
    return this.#ahead?.toBytes;
  }

  /** A big file has begun. */
  begin(bytes: TailedBytes): void {
    this.#helper = { thread: new StretchThread(), descriptor: bytes.descriptor };
  }

  /** It is found out how the file is written. */
  found(format: LogFormat, hints: StretchThreadData['hints']): void {
    const { thread, descriptor } = this.#helper ?? {};
    if (descriptor !== undefined) thread?.begin({ descriptor, hints, format: settledFormat(format) });
  }

  /** The other thread is not needed any more. */
  leave(): void {
    void this.#helper?.thread.close();
    this.#helper = undefined;
  }

  /**
   * Both read on, if the file is one to be read so, of which `stretches` answers the parts. `read` hears what was read ahead,
   * also if that fails, before the scan goes on there.
   */
  async run(
    bytes: TailedBytes,
    stretches: () => StretchScan | undefined,
    { stopped, read }: { stopped: () => boolean; read: (ahead: AheadReading) => void },
  ): Promise<void> {
    const helper = this.#helper?.thread;
    this.#helper = undefined;
    if (!helper) return;
    try {
      const parts = stretches();
      if (!parts) return;
      const ahead = (this.#ahead = new AheadReading(this.#scan, parts, bytes, helper));
      try {
        await ahead.run(stopped);
      } finally {
        this.#ahead = undefined;
        read(ahead);
      }
    } finally {
      await helper.close();
    }
  }
}
