import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { latencies, percentiles, type Percentiles } from './liveFigures.ts';
import type { LiveOrder, LiveRun } from './liveRun.ts';

/** What a load must be read within; times in ms, CPU in % of a core. */
export interface Bounds {
  readonly readP50?: number;
  readonly readP99?: number;
  readonly cpu?: number;
}

/** One row of the table. */
export interface LiveRow {
  readonly name: string;
  readonly order: LiveOrder;
  readonly bounds: Bounds;
}

/** What one run showed, once it was found to be exact. */
export interface LiveFigures {
  /** From just before write(2) until the engine has read that a session ended. */
  readonly read: Percentiles;
  /** Until it told so, in the order of the log: behind every connect that 100 ms of silence must prove. */
  readonly told: Percentiles;
  /** The same for connects. */
  readonly toldConnects: Percentiles;
  /** Until the editor's thread had the message. */
  readonly heard: Percentiles;
  readonly cpuPercent: number;
  readonly peakMiB: number;
  readonly lostBytes: number;
  readonly saidLostBytes: number;
  /** The most that the status said it was behind. */
  readonly behindMs: number;
  readonly machineP99: number;
}

const quiet = { share: 1, openSessions: 20 };
const busy = { share: 0.1, openSessions: 500 };
const rotated = { linesPerSecond: 20_000, seconds: 6, rotations: 8, ...busy };

/** The loads of `npm run bench:live`, with the bounds that they are held to. */
export const liveRows: readonly LiveRow[] = [
  {
    name: '10 lines/s, all of connections',
    order: { linesPerSecond: 10, seconds: 40, ...quiet },
    bounds: { readP50: 1, readP99: 10 },
  },
  { name: '1,000 lines/s, 10 %', order: { linesPerSecond: 1000, seconds: 10, ...busy }, bounds: {} },
  {
    name: '20,000 lines/s, 10 %',
    order: { linesPerSecond: 20_000, seconds: 20, ...busy },
    bounds: { readP99: 100, cpu: 10 },
  },
  {
    name: '20,000 lines/s, all of connections',
    order: { linesPerSecond: 20_000, seconds: 10, share: 1, openSessions: 500 },
    bounds: { readP99: 100 },
  },
  {
    name: '100,000 lines/s, 10 %',
    order: { linesPerSecond: 100_000, seconds: 10, ...busy },
    bounds: { readP99: 100 },
  },
  {
    name: '100,000 lines/s, all of connections',
    order: { linesPerSecond: 100_000, seconds: 5, share: 1, openSessions: 500 },
    bounds: {},
  },
  { name: '8 × rename and create', order: { ...rotated, rotation: 'rename' }, bounds: { readP99: 100 } },
  { name: "8 × PostgreSQL's own", order: { ...rotated, rotation: 'newName' }, bounds: { readP99: 100 } },
  { name: '8 × copytruncate', order: { ...rotated, rotation: 'copytruncate' }, bounds: {} },
];

/** Throws an Error unless the reader understood what the writer wrote: all of it, but for what copytruncate destroyed. */
export function assertExact({ truth, reader, directory }: LiveRun, { rotation }: LiveOrder): void {
  if (rotation === 'copytruncate') {
    const destroyedBytes = truth.bytes - bytesIn(directory);
    const lostBytes = truth.bytes - reader.bytes;
    hold(lostBytes >= 0 && lostBytes <= destroyedBytes, 'only destroyed bytes are lost', [
      lostBytes,
      destroyedBytes,
    ]);
    hold(reader.lostBytes <= lostBytes, 'no more is said to be lost than is', [reader.lostBytes, lostBytes]);
    return;
  }
  for (const count of ['bytes', 'connects', 'disconnects', 'failures'] as const)
    hold(reader[count] === truth[count], count, [reader[count], truth[count]]);
  hold(reader.lost === 0 && reader.lostBytes === 0, 'nothing is told to be lost', [
    reader.lost,
    reader.lostBytes,
  ]);
  const sorted = (pids: readonly (number | undefined)[]): string => [...pids].sort().join();
  hold(sorted(reader.openPids) === sorted(truth.openPids), 'the open sessions', []);
}

/** The figures of a run. */
export function figuresOf({ truth, reader, machineP99 }: LiveRun): LiveFigures {
  const { toldAt, readBy, connectsBy, disconnectsBy } = reader.columns;
  const ends = { at: truth.writtenAt, by: truth.disconnectsBy };
  const connects = { at: truth.writtenAt, by: truth.connectsBy };
  const { history } = truth;
  const { heard } = reader;
  const until = (by: readonly number[], at = toldAt): Percentiles =>
    percentiles(latencies(ends, { at, by }, history.disconnects));
  return {
    read: until(readBy),
    told: until(disconnectsBy),
    toldConnects: percentiles(latencies(connects, { at: toldAt, by: connectsBy }, history.connects)),
    heard: until(heard.disconnectsBy, heard.heardAt),
    cpuPercent: (100 * reader.cpuMs) / reader.measuredMs,
    peakMiB: reader.peakMiB,
    lostBytes: truth.bytes - reader.bytes,
    saidLostBytes: reader.lostBytes,
    behindMs: reader.mostBehindMs,
    machineP99,
  };
}

/** Which bounds the figures break, each in words. */
export function broken({ read, cpuPercent }: LiveFigures, { readP50, readP99, cpu }: Bounds): string[] {
  const over = (name: string, value: number | undefined, bound = Infinity): string[] =>
    value === undefined || value > bound ? [`${name} > ${bound}`] : [];
  return [
    ...over('p50', readP50 === undefined ? 0 : read.p50, readP50),
    ...over('p99', readP99 === undefined ? 0 : read.p99, readP99),
    ...over('CPU', cpuPercent, cpu),
  ];
}

function bytesIn(directory: string): number {
  return readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
}

function hold(holds: boolean, what: string, values: readonly number[]): void {
  if (!holds) throw new Error(`not exact: ${what} ${values.join(' and ')}`);
}
