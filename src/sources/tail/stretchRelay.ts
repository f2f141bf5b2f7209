import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Stretch, ToldStretch } from './stretch.ts';
import type { ReadAt, StretchScan } from './stretchScan.ts';
import type { StretchThread } from './stretchThread.ts';

/** The less a stretch tells, the longer is the next: each has its price, and what it tells needs room. */
const leastStretchBytes = 1024 * 1024;
const mostStretchBytes = 16 * 1024 * 1024;
/** As many lines as a stretch is to tell, about. */
const linesOfStretch = 6144;
/** And it is at most such a part of what is left. */
const sharesOfRest = 8;
/** Stretches that are scanned, or being scanned, before it is their turn; and how many if they tell little. */
const mostAhead = 5;
const mostSmallAhead = 16;
/** A line longer than this is no place to divide a file at. */
const longestLine = 1024 * 1024;

/** A stretch's turn has come. */
export interface Turn {
  readonly told: ToldStretch;
  /** It was scanned by the other thread, whose numbers of forms and hosts are its own. */
  readonly isOthers: boolean;
}

/** Which part of a file is read: lines from `fromBytes` on, before which everything has been told. */
export interface PartOfFile extends Pick<Stretch, 'isForeign'> {
  readonly fromBytes: number;
  /** No stretch ends behind this. */
  readonly endBytes: number;
  readonly readAt: ReadAt;
  /** How the format is: what was learned before. */
  readonly learned: string | undefined;
}

/** The stretches of a part of a file, scanned by this thread and another, each as soon as it can be, told in order. */
export class StretchRelay {
  readonly #own: StretchScan;
  readonly #thread: StretchThread;
  readonly #part: PartOfFile;
  #state: Pick<Stretch, 'isForeign'>;
  #stretchBytes = leastStretchBytes;
  /** Where the stretches ahead begin, the next first; behind the last is where the one after it would begin. */
  readonly #starts: number[];
  readonly #ready = new Map<number, Turn>();

  constructor(own: StretchScan, part: PartOfFile, thread: StretchThread) {
    this.#own = own;
    this.#part = part;
    this.#state = { isForeign: part.isForeign };
    this.#starts = [part.fromBytes];
    this.#thread = thread;
    thread.told = (told) => this.#ready.set(told.fromBytes, { told, isOthers: true });
  }

  /** What was before the next stretch. */
  get state(): Pick<Stretch, 'isForeign'> {
    return this.#state;
  }

  /** The next stretch; undefined = from here on it must be read the ordinary way. */
  async next(): Promise<Turn | undefined> {
    for (;;) {
      this.#look();
      const [fromBytes, toBytes] = this.#starts;
      if (fromBytes === undefined || toBytes === undefined) return undefined;
      const ready = this.#ready.get(fromBytes);
      if (ready) {
        await nextTurn();
        return this.#turn(ready, fromBytes, toBytes);
      }
      if (this.#scanOne()) await nextTurn();
      else await this.#thread.news();
    }
  }

  /** A turn is over: nothing of it is needed any more. */
  done({ told, isOthers }: Turn): void {
    if (isOthers) this.#thread.takeBack(told.lines);
    else this.#own.takeBack(told.lines);
  }

  #turn(ready: Turn, fromBytes: number, toBytes: number): Turn | undefined {
    this.#ready.delete(fromBytes);
    const isRight = ready.told.assumed.isForeign === this.#state.isForeign;
    const turn = isRight ? ready : this.#again(ready, { fromBytes, toBytes, ...this.#state });
    if (turn.told.isDoubtful || turn.told.learned !== this.#part.learned) return undefined;
    this.#state = { isForeign: turn.told.isForeign };
    this.#starts.shift();
    this.#fit(turn.told);
    return turn;
  }

  #fit({ fromBytes, toBytes, lineCount }: ToldStretch): void {
    const fitting = ((toBytes - fromBytes) * linesOfStretch) / Math.max(1, lineCount);
    this.#stretchBytes = Math.min(Math.max(leastStretchBytes, fitting), mostStretchBytes);
  }

  #scan(stretch: Stretch): Turn {
    return { told: this.#own.scan(stretch), isOthers: false };
  }

  /** What the other thread has learned counts, though not what it told. */
  #again({ told: { forms, hosts } }: Turn, stretch: Stretch): Turn {
    return { told: { ...this.#own.scan(stretch), forms, hosts }, isOthers: false };
  }

  /** Divides what is ahead, and gives the other thread something to do. */
  #look(): void {
    while (this.#isRoom) {
      const last = this.#starts.at(-1) ?? 0;
      // towards the end they become shorter, so that both are done with the last at once
      const share = Math.max(leastStretchBytes, (this.#part.endBytes - last) / sharesOfRest);
      const start = this.#lineAfter(Math.floor(last + Math.min(this.#stretchBytes, share)));
      if (start === undefined) break;
      this.#starts.push(start);
    }
    for (const stretch of this.#idle()) if (!this.#thread.ask(stretch, () => this.#own.ownForms())) return;
  }

  /** May another stretch be scanned ahead? At first they are small, and a thread that is slow to begin keeps them waiting. */
  get #isRoom(): boolean {
    const ahead = this.#starts.slice(0, -1);
    const shareOf = (start: number): number => {
      const ready = this.#ready.get(start);
      return ready ? Math.min(1, ready.told.lineCount / linesOfStretch) : 1;
    };
    return ahead.length < mostSmallAhead && ahead.reduce((sum, start) => sum + shareOf(start), 0) < mostAhead;
  }

  /** Scans the first stretch that nobody does; false = there is none. */
  #scanOne(): boolean {
    const [stretch] = this.#idle();
    if (!stretch) return false;
    this.#ready.set(stretch.fromBytes, this.#scan(stretch));
    return true;
  }

  *#idle(): Generator<Stretch> {
    for (let index = 0; index + 1 < this.#starts.length; index += 1) {
      const fromBytes = this.#starts[index] ?? 0;
      if (this.#ready.has(fromBytes) || this.#thread.isScanning(fromBytes)) continue;
      yield { fromBytes, toBytes: this.#starts[index + 1] ?? 0, ...this.#state };
    }
  }

  /** The beginning of the first line at or behind a place; undefined = there is none before the end. */
  #lineAfter(atBytes: number): number | undefined {
    if (atBytes >= this.#part.endBytes) return undefined;
    const bytes = Buffer.allocUnsafe(4096);
    for (let at = atBytes; at < Math.min(this.#part.endBytes, atBytes + longestLine); at += bytes.length) {
      const newline = bytes.subarray(0, this.#part.readAt(bytes, at)).indexOf(0x0a);
      if (newline >= 0) return at + newline + 1;
    }
    return undefined;
  }
}
