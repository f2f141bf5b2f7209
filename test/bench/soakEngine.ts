// The engine of the soak, in a process of its own, so that what is measured is the engine's. Needs --expose-gc.
import { readdirSync } from 'node:fs';
import { Engine } from '../../src/engine/engine.ts';
import type { ToEngine } from '../../src/protocol/engineMessages.ts';

/** What the engine holds at a moment, after garbage is collected. */
export interface Holdings {
  readonly type: 'holdings';
  /** MiB. */
  readonly heap: number;
  /** Typed arrays and buffers, MiB. */
  readonly buffers: number;
  readonly resident: number;
  /** Files, watches, timers, sockets: what keeps a process alive. */
  readonly handles: number;
  /** Open file descriptors; -1 where the system does not tell. */
  readonly descriptors: number;
}

const mib = 1024 * 1024;
const [storageDirectory] = process.argv.slice(2);
const engine = new Engine((message) => process.send?.(message), storageDirectory);

function descriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return -1;
  }
}

/** What is open at several moments: a look for servers, which opens a file of each process, is over soon. */
async function leastOpen(): Promise<Pick<Holdings, 'handles' | 'descriptors'>> {
  let least = { handles: Infinity, descriptors: Infinity };
  for (let times = 0; times < 4; times += 1) {
    if (times > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    const handles = Math.min(least.handles, process.getActiveResourcesInfo().length);
    least = { handles, descriptors: Math.min(least.descriptors, descriptors()) };
  }
  return least;
}

async function holdings(): Promise<Holdings> {
  const open = await leastOpen();
  // twice: what a finalizer of the first lets go
  for (let times = 0; times < 2; times += 1) (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return {
    type: 'holdings',
    heap: heapUsed / mib,
    buffers: arrayBuffers / mib,
    resident: rss / mib,
    ...open,
  };
}

async function close(): Promise<void> {
  await engine.close();
  const held = await holdings();
  process.send?.(held, () => process.disconnect());
}

process.on('message', (message: ToEngine | 'holdings' | 'close') => {
  if (message === 'holdings') void holdings().then((held) => process.send?.(held));
  else if (message === 'close') void close();
  else void engine.receive(message);
});
