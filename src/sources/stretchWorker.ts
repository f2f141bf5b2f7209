import { readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { PostgresLog } from './postgresLog.ts';
import type { FromStretchThread, StretchThreadData, ToStretchThread } from './tail/stretchThread.ts';

/** As much as the tail gives its sink first: what is found out of it is what the sink has found out. */
const firstBytes = 1024 * 1024;
/** Of which it finds out what it was told; then it has the format without more. */
const sampleBytes = 256 * 1024;

/** The thread that helps reading one big file: stretches in, what they tell out. */
const port = parentPort;
let help: ((message: Extract<ToStretchThread, { stretch: object }>) => void) | undefined;
port?.on('message', (message: ToStretchThread) => {
  if ('stretch' in message) help?.(message);
  else help = begin(message);
});

/** Finds out how the file is written, says whether it can help, and answers what tells stretches. */
function begin({ descriptor, hints }: StretchThreadData): typeof help {
  const log = new PostgresLog({ entry: () => undefined, lines: () => undefined }, hints);
  const readAt = (into: Uint8Array, offsetBytes: number): number =>
    readSync(descriptor, into, 0, into.length, offsetBytes);
  log.begin({ path: '', identity: { device: 0, inode: 0, head: '', headBytes: 0 } }, 0);
  const wantedBytes = hints.logLinePrefix === undefined ? firstBytes : sampleBytes;
  log.took(readAt(log.room().subarray(0, wantedBytes), 0));
  const stretches = log.stretches(readAt);
  const say = (message: FromStretchThread, transfer: ArrayBuffer[] = []): void =>
    port?.postMessage(message, transfer);
  say(stretches ? 'ready' : 'unable');
  return ({ stretch, room }) => {
    if (room) stretches?.takeBack(room);
    const told = stretches?.tell(stretch);
    if (told) say({ ...told, guessedZone: log.clock.guessedZone }, [told.lines.buffer]);
  };
}
