// The engine of a live benchmark, on a thread of its own as in the editor; it notes when the state tells what.
import { parentPort } from 'node:worker_threads';
import type { OpenSession } from '../../src/core/session/session.ts';
import { SessionBook } from '../../src/core/session/sessionBook.ts';
import { Engine } from '../../src/engine/engine.ts';
import { FollowedSource } from '../../src/engine/followedSource.ts';
import type { FromEngine, ToEngine } from '../../src/protocol/engineMessages.ts';
import { PostgresLog } from '../../src/sources/postgresLog.ts';
import { clockMs } from './liveFigures.ts';

/** When the state had read and told how much. Entry i of each column belongs to the i-th change. */
export interface ToldColumns {
  readonly toldAt: number[];
  /** Disconnections read; they may wait behind an undecided connect. */
  readonly readBy: number[];
  readonly connectsBy: number[];
  readonly disconnectsBy: number[];
}

/** What the engine knows at the end. */
export interface EngineAnswer {
  readonly columns: ToldColumns;
  readonly connects: number;
  readonly disconnects: number;
  readonly failures: number;
  readonly lost: number;
  readonly openPids: readonly (number | undefined)[];
  readonly bytes: number;
  readonly lostBytes: number;
}

const columns: ToldColumns = { toldAt: [], readBy: [], connectsBy: [], disconnectsBy: [] };
let source: FollowedSource | undefined;

function noteOf(followed: FollowedSource): void {
  source = followed;
}

/** Notes what the state has told by now, if that is more than at the last time. */
function note(): void {
  if (!source) return;
  const { state } = source.fold;
  const { connects, disconnects } = state.unfiltered.totals;
  const read = state.book.evidence.disconnectionsSeen;
  const isNew =
    read !== columns.readBy.at(-1) ||
    connects !== columns.connectsBy.at(-1) ||
    disconnects !== columns.disconnectsBy.at(-1);
  if (!isNew) return;
  columns.toldAt.push(clockMs());
  columns.readBy.push(read);
  columns.connectsBy.push(connects);
  columns.disconnectsBy.push(disconnects);
}

/** Notes after every call of a method, whoever calls it. */
function noteAfter<M extends string>(
  type: { prototype: Record<M, (...args: never[]) => unknown> },
  name: M,
): void {
  const method = type.prototype[name];
  type.prototype[name] = function (this: unknown, ...args: never[]) {
    const result = method.apply(this, args);
    note();
    return result;
  };
}

function answer(): EngineAnswer {
  if (!source) throw new Error('nothing was followed');
  const { state, log } = source.fold;
  const { connects, disconnects, failures, lost } = state.unfiltered.totals;
  const sessions: OpenSession[] = [...state.book.sessions()];
  const { bytes, lostBytes } = log.understanding;
  return {
    ...{ columns, connects, disconnects, failures, lost, bytes, lostBytes },
    openPids: sessions.map(({ pid }) => pid),
  };
}

noteAfter(PostgresLog, 'took');
noteAfter(PostgresLog, 'caughtUp');
noteAfter(PostgresLog, 'settle');
noteAfter(SessionBook, 'settle');
const start = Object.getOwnPropertyDescriptor(FollowedSource.prototype, 'start')?.value as (
  this: FollowedSource,
) => void;
FollowedSource.prototype.start = function (this: FollowedSource) {
  noteOf(this);
  start.call(this);
};

const port = parentPort;
const engine = new Engine((message: FromEngine) => port?.postMessage(message));
port?.on('message', (message: ToEngine | 'answer' | 'close') => {
  if (message === 'answer') port.postMessage(answer());
  else if (message === 'close') void engine.close().finally(() => port.close());
  else void engine.receive(message);
});
