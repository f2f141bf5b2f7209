import type { Sentence } from '../core/sentence.ts';
import type { SourceState } from '../core/snapshot/sourceStatus.ts';
import type { TailStatus } from '../sources/tail/tailSink.ts';
import { foreignSentence, waitingSentence } from './sourceTrouble.ts';

/** How far the reading of a source is, and why it does not get on. */
export class SourceProgress {
  state: SourceState = 'reading';
  trouble: Sentence | undefined;
  readBytes = 0;
  totalBytes = 0;
  /** While following: how long ago the newest of what is understood was written, if reading takes long; ms. */
  behindMs: number | undefined;
  /** The first read is through: all there was is understood. */
  isRead = false;

  take(status: TailStatus): void {
    this.behindMs = undefined;
    if (status.kind === 'reading') {
      if (this.isRead) this.behindMs = status.behindMs;
      else this.state = 'reading';
      this.readBytes = status.readBytes;
      this.totalBytes = status.totalBytes;
    } else if (status.kind === 'following') {
      this.state = this.isRead ? 'following' : 'reading';
      this.trouble = undefined;
    } else this.wait(status.kind === 'away' ? status.sentence : waitingSentence(status));
  }

  wait(trouble: Sentence): void {
    this.state = 'waiting';
    this.trouble = trouble;
  }

  endFirstRead(): void {
    this.isRead = true;
    if (this.state === 'reading') this.state = 'following';
  }

  /** Is what the followed file holds no log of a server? */
  tellForeign(isForeign: boolean, path: string): void {
    if (this.state === 'following') this.trouble = isForeign ? foreignSentence(path) : undefined;
  }
}
