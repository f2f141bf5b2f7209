import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Replay } from '../core/log/replay.ts';
import { sentence } from '../core/sentence.ts';
import type { ElsewhereOptions } from './tail/elsewhere.ts';
import { feed } from './tail/feed.ts';
import type { TailSink } from './tail/tailSink.ts';

/** The history that there is at once; and after a sleep, or a pause, so much of it. */
const historyMs = 60 * 60_000;
/** Of the run that is told now so much is over: somebody is connected. */
const shareOver = 0.3;
const writtenEveryMs = 250;

/**
 * Tells a recorded log as if its server wrote it now, again and again. A log that cannot be read is a status, and not
 * tried again: it came with the program.
 */
export async function tailDemo(
  recordedPath: string,
  sink: TailSink,
  { signal, paused, onStatus }: ElsewhereOptions,
): Promise<void> {
  const replay = await readFile(recordedPath, 'utf8')
    .then((log) => new Replay(log))
    .catch(() => undefined);
  if (!replay) {
    onStatus({
      kind: 'away',
      sentence: sentence('{0} cannot be read: install the extension again.', recordedPath),
    });
    return;
  }
  const startedAt = Date.now();
  const beginAt = Math.round(startedAt - (Math.ceil(historyMs / replay.runMs) + shareOver) * replay.runMs);
  let toldTo = beginAt;
  sink.begin({ path: recordedPath, identity: { device: 0, inode: 0, head: '', headBytes: 0 } }, 0);
  for (let now = startedAt; !signal.aborted; now = Date.now()) {
    if (paused?.paused !== true && now > toldTo) {
      const fromAt = now === startedAt ? toldTo : Math.max(toldTo, now - historyMs);
      const text = replay.between(beginAt, fromAt, now);
      toldTo = now;
      if (text !== '') {
        feed(sink, Buffer.from(text));
        sink.caughtUp();
      }
      if (now === startedAt) onStatus({ kind: 'following' });
    }
    await delay(writtenEveryMs, undefined, { signal }).catch(() => undefined);
  }
}
