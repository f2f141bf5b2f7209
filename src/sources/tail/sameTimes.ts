import { closeSync, readSync } from 'node:fs';
import { clockLagMs } from '../../core/log/retelling.ts';
import { ToldTimes } from '../../core/log/toldTimes.ts';
import { latestOf, LineTimes, type EntryTime, type ReadAt } from './lineTimes.ts';
import type { FoundFile } from './logSequence.ts';
import { openRegular } from './openRegular.ts';

/** What is no longer than this is compared entry by entry; of more, the entries at so many places. */
const wholeBytes = 1024 * 1024;
const mostPlaces = 128;
/** A line of json is a few times longer than the same in stderr. */
const mostTimesLonger = 8;
const probeBytes = 4096;

interface ComparedFile {
  readonly readAt: ReadAt;
  readonly sizeBytes: number;
}

/** Has the richer file an entry of each time of which the other one tells, from a place on? False if either cannot be read. */
export function hasTimesOf(poorer: FoundFile, richer: FoundFile, fromBytes: number): boolean {
  const descriptors: number[] = [];
  const compared = ({ path, sizeBytes }: FoundFile): ComparedFile => {
    const fd = openRegular(path);
    descriptors.push(fd);
    return { readAt: (into, at) => readSync(fd, into, 0, into.length, at), sizeBytes };
  };
  try {
    const [poor, rich] = [compared(poorer), compared(richer)];
    return poor.sizeBytes - fromBytes <= wholeBytes
      ? hasAll(poor, rich, fromBytes)
      : hasSome(poor, rich, fromBytes);
  } catch {
    return false;
  } finally {
    for (const fd of descriptors) closeSync(fd);
  }
}

function hasAll(poor: ComparedFile, rich: ComparedFile, fromBytes: number): boolean {
  const own = timesFrom(poor, fromBytes);
  const wanted: EntryTime[] = [];
  while (own.first) {
    wanted.push(own.first);
    own.pass();
  }
  const [first] = wanted;
  if (!first) return true;
  const placeBytes = placeOf(rich, first.at - clockLagMs);
  const toBytes = Math.min(rich.sizeBytes, placeBytes + mostTimesLonger * wholeBytes);
  const others = timesFrom({ ...rich, sizeBytes: toBytes }, placeBytes);
  const lastAt = wanted.reduce((last, each) => Math.max(last, latestOf(each)), first.at) + clockLagMs;
  const told = new ToldTimes();
  while (others.first && others.first.at <= lastAt) {
    told.add(others.first.at);
    others.pass();
  }
  return wanted.every((each) => told.has(each.at - clockLagMs, latestOf(each) + clockLagMs));
}

function hasSome(poor: ComparedFile, rich: ComparedFile, fromBytes: number): boolean {
  const stepBytes = (poor.sizeBytes - fromBytes) / mostPlaces;
  for (let nth = 0; nth < mostPlaces; nth += 1) {
    const { first } = timesFrom(poor, Math.floor(fromBytes + nth * stepBytes), probeBytes);
    if (!first) continue;
    const others = timesFrom(rich, placeOf(rich, first.at - clockLagMs), probeBytes);
    while (others.first && others.first.at < first.at - clockLagMs) others.pass();
    if (!others.first || others.first.at > latestOf(first) + clockLagMs) return false;
  }
  return true;
}

/** A place before the first entry of this time or later, and not far before: entries stand in the order of their times. */
function placeOf(file: ComparedFile, at: number): number {
  let [low, high] = [0, file.sizeBytes];
  while (high - low > probeBytes) {
    const middle = Math.floor((low + high) / 2);
    const { first } = timesFrom(file, middle, probeBytes);
    if (first && first.at < at) low = middle;
    else high = middle;
  }
  return low;
}

function timesFrom({ readAt, sizeBytes }: ComparedFile, fromBytes: number, windowBytes?: number): LineTimes {
  return new LineTimes(readAt, { fromBytes, toBytes: sizeBytes, isCsv: false, windowBytes });
}
