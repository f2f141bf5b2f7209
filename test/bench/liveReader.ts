// The editor of a live benchmark: a process whose only work is the engine on its thread, and to hear its messages.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EngineSettings } from '../../src/protocol/logQuestions.ts';
import type { FromEngine } from '../../src/protocol/engineMessages.ts';
import type { EngineAnswer } from './liveEngine.ts';
import { clockMs } from './liveFigures.ts';

/** What the reader is asked, in this order. */
export type ReaderOrder =
  | { readonly order: 'follow'; readonly path: string }
  /** The time that is measured begins, and ends. */
  | { readonly order: 'measure' }
  | { readonly order: 'measured' }
  /** Waits until so many disconnects are told (or for a few seconds), then ends. */
  | { readonly order: 'finish'; readonly disconnects: number };

/** `changed` messages as they reached the editor's thread. */
export interface HeardColumns {
  readonly heardAt: number[];
  readonly disconnectsBy: number[];
}

/** What the reader knows at the end. */
export interface ReaderAnswer extends EngineAnswer {
  readonly heard: HeardColumns;
  /** CPU time of the whole process within the measured time, and that time, ms. */
  readonly cpuMs: number;
  readonly measuredMs: number;
  /** Peak resident memory, MiB. */
  readonly peakMiB: number;
  /** The longest that a status said the reading is behind, ms. */
  readonly mostBehindMs: number;
}

const settings: EngineSettings = {
  logLinePrefix: 'auto',
  timeZone: 'auto',
  historyWindowMinutes: 60,
  historyBucketMinutes: 15,
  memoryEvents: 200_000,
  feedRows: 500,
  mute: [],
};
const patienceMs = 60_000;
const heard: HeardColumns = { heardAt: [], disconnectsBy: [] };
const worker = new Worker(join(import.meta.dirname, 'liveEngine.ts'), { name: 'engine' });
let told = 0;
let mostBehindMs = 0;
let cpu = process.cpuUsage();
let cpuMs = 0;
let measuredFrom = clockMs();
let measuredMs = 0;

worker.on('message', (message: FromEngine | EngineAnswer) => {
  if (!('type' in message)) finish(message);
  else if (message.type === 'refused') throw new Error(message.sentence.message);
  else if (message.type === 'changed') {
    const { status } = message;
    heard.heardAt.push(clockMs());
    heard.disconnectsBy.push((told = status.totals.disconnects));
    mostBehindMs = Math.max(mostBehindMs, status.behindMs ?? 0);
    if (status.state === 'following') process.send?.('following');
  }
});

process.on('message', (order: ReaderOrder) => {
  switch (order.order) {
    case 'follow': {
      const ask = { target: { path: order.path }, settings };
      worker.postMessage({ id: 1, question: 'follow', ask });
      return;
    }
    case 'measure':
      cpu = process.cpuUsage();
      measuredFrom = clockMs();
      return;
    case 'measured': {
      const { user, system } = process.cpuUsage(cpu);
      cpuMs = (user + system) / 1000;
      measuredMs = clockMs() - measuredFrom;
      return;
    }
    case 'finish':
      void wait(order.disconnects);
  }
});

async function wait(disconnects: number): Promise<void> {
  const until = clockMs() + patienceMs;
  while (told < disconnects && clockMs() < until) await new Promise((resolve) => setTimeout(resolve, 50));
  // what is undecided is decided within this time
  await new Promise((resolve) => setTimeout(resolve, 500));
  worker.postMessage('answer');
}

function finish(engine: EngineAnswer): void {
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  process.send?.({ ...engine, heard, cpuMs, measuredMs, peakMiB, mostBehindMs } satisfies ReaderAnswer);
  worker.postMessage('close');
  worker.once('exit', () => process.disconnect());
}
