import { readSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { firstBlockBytes, PostgresLog } from './postgresLog.ts';
import type {
  AskedStretch,
  FromStretchThread,
  StretchThreadData,
  ToStretchThread,
} from './tail/stretchThread.ts';
import type { StretchStart } from './tail/stretchWorkers.ts';

/** The thread that helps reading one big file: stretches in, what they tell out. */
const port = parentPort;
let help: ((asked: AskedStretch) => void) | undefined;
port?.on('message', (message: ToStretchThread) => {
  if ('stretch' in message) help?.(message);
  else help = begin(message);
});

/** Finds out how the file is written, unless it is told so, says whether it can help, and answers what tells stretches. */
function begin({ descriptor, hints, format }: StretchThreadData): typeof help {
  // what is kept compiled, of Node's modules and of the programs, is good only for the flags that it was compiled with: all
  // is loaded now, also where this thread was asked from
  for (const flag of (workerData as StretchStart).flags) setFlagsFromString(flag);
  const log = new PostgresLog({ entry: () => undefined, lines: () => undefined }, hints);
  const readAt = (into: Uint8Array, offsetBytes: number): number =>
    readSync(descriptor, into, 0, into.length, offsetBytes);
  log.begin({ path: '', identity: { device: 0, inode: 0, head: '', headBytes: 0 } }, 0);
  // what is found out of the first block is what the sink has found out
  if (format) log.settleFormat(format);
  else log.took(readAt(log.room().subarray(0, firstBlockBytes), 0));
  const stretches = log.stretches(readAt);
  const say = (message: FromStretchThread, transfer: ArrayBuffer[] = []): void =>
    port?.postMessage(message, transfer);
  say(stretches ? 'ready' : 'unable');
  stretches?.warmUp();
  return ({ stretch, room, forms }) => {
    if (room) stretches?.takeBack(room);
    stretches?.adopt(forms);
    const told = stretches?.tell(stretch);
    if (told) say({ ...told, guessedZone: log.clock.guessedZone }, [told.lines.buffer]);
  };
}
