import type { TailedFile, TailSink } from '../../src/sources/tail/tailSink.ts';

/** What a sink got from one `begin` to the next. */
export interface Recorded {
  readonly file: TailedFile;
  readonly fromBytes: number;
  text: string;
  ended: boolean;
}

/** A sink that keeps everything it gets; its room is as small as told, to slice the bytes anywhere. */
export class RecordingSink implements TailSink {
  readonly files: Recorded[] = [];
  lostBytes = 0;
  losses = 0;
  caughtUps = 0;
  /** Called after each block. */
  onTook: () => void = () => undefined;
  readonly #roomBytes: () => number;
  #room = new Uint8Array();

  constructor(roomBytes: number | (() => number) = 64 * 1024) {
    this.#roomBytes = typeof roomBytes === 'number' ? () => roomBytes : roomBytes;
  }

  get text(): string {
    return this.files.map(({ text }) => text).join('');
  }

  get last(): Recorded {
    const last = this.files.at(-1);
    if (last === undefined) throw new Error('nothing was begun');
    return last;
  }

  /** Where a later tail goes on. */
  get resume() {
    const { file, fromBytes, text } = this.last;
    return { identity: file.identity, offsetBytes: fromBytes + text.length };
  }

  begin(file: TailedFile, offsetBytes: number): void {
    if (this.files.length > 0 && !this.last.ended) throw new Error('begun before the last file was ended');
    this.files.push({ file, fromBytes: offsetBytes, text: '', ended: false });
  }

  room(): Uint8Array {
    this.#room = new Uint8Array(this.#roomBytes());
    return this.#room;
  }

  took(count: number): void {
    if (count <= 0 || count > this.#room.length) throw new Error(`took ${count} of ${this.#room.length}`);
    if (this.last.ended) throw new Error('took bytes of an ended file');
    this.last.text += Buffer.from(this.#room.subarray(0, count)).toString('latin1');
    this.onTook();
  }

  caughtUp(): void {
    this.caughtUps++;
  }

  end(): void {
    if (this.last.ended) throw new Error('ended twice');
    this.last.ended = true;
  }

  lost(bytes: number): void {
    if (bytes < 0) throw new Error(`lost ${bytes}`);
    this.lostBytes += bytes;
    this.losses += 1;
  }
}
