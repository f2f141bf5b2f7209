// How soon a large log is shown, and how soon it is again: npm run bench:open -- [--bytes 1e10] [--share 1] [--open 5000]
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

import type { DiscoveredLog } from '../../src/core/log/logPlace.ts';
import { FirstList } from '../../src/engine/firstList.ts';
import { FollowedSource } from '../../src/engine/followedSource.ts';
import { foldOptionsFor } from '../../src/engine/sourceCheckpoint.ts';
import { statusOf } from '../../src/engine/sourceSnapshots.ts';
import type { EngineSettings } from '../../src/protocol/logQuestions.ts';

const rounds = 5;
const settings: EngineSettings = {
  ...{ logLinePrefix: 'auto', timeZone: 'auto', historyWindowMinutes: 60, historyBucketMinutes: 15 },
  ...{ memoryEvents: 100_000, feedRows: 500, mute: [] },
};
const never = (): boolean => false;

interface TrueSession {
  readonly pid: number;
  readonly user: string | null;
  readonly database: string | null;
}

/** Calls it so often in turn and answers the median of each, in ms. */
async function medians(runs: readonly (() => Promise<number> | number)[]): Promise<number[]> {
  const times: number[][] = runs.map(() => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, run] of runs.entries()) times[index]?.push(await run());
  return times.map((each) => each.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN);
}

function logAt(path: string): DiscoveredLog {
  const place = { kind: 'files', paths: [path] } as const;
  return { id: path, kind: 'path', running: false, settings: {}, connectionLogging: 'on', place, path };
}

/** Follows a log; resolves when what is shown fulfils the condition, with the ms that took. */
function followUntil(
  path: string,
  storageDirectory: string | undefined,
  isShown: (source: FollowedSource) => boolean,
): Promise<{ source: FollowedSource; ms: number }> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    let isDone = false;
    const changed = (): void => {
      if (isDone || !isShown(source)) return;
      statusOf(source, settings);
      isDone = true;
      resolve({ source, ms: performance.now() - startedAt });
    };
    const log = (level: string, text: string): void => console.log(level, text);
    const source = new FollowedSource(logAt(path), settings, { storageDirectory, changed, log });
    source.start();
  });
}

async function firstListMs(path: string): Promise<number> {
  const { source, ms } = await followUntil(path, undefined, ({ fold }) => fold.partial !== undefined);
  source.stop();
  await source.close();
  return ms;
}

/** Reads back to where the list is complete; holds it against the truth. Answers the ms of a GB. */
async function backwardsMsPerGb(path: string, truth: readonly TrueSession[]): Promise<number> {
  const startedAt = performance.now();
  const list = await FirstList.open(path, foldOptionsFor(logAt(path), settings), never);
  assert.ok(list);
  await list.goBack(() => undefined, never);
  const ms = performance.now() - startedAt;
  assert.ok(list.isComplete);
  assert.deepEqual(whoIn(list.fold.state.book.sessions()), whoIn(truth));
  list.close();
  return (ms / (statSync(path).size - list.fromBytes)) * 1e9;
}

function whoIn(sessions: Iterable<{ pid?: number | undefined; user?: string | null | undefined }>): string[] {
  return [...sessions].map(({ pid, user }) => `${pid ?? ''} ${user ?? ''}`).sort();
}

function grepMsPerGb(path: string): number {
  const startedAt = performance.now();
  spawnSync('rg', ['--no-mmap', '-c', 'connection authorized|disconnection|FATAL', path]);
  return ((performance.now() - startedAt) / statSync(path).size) * 1e9;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      bytes: { type: 'string', default: '1e10' },
      share: { type: 'string', default: '1' },
      open: { type: 'string', default: '5000' },
      log: { type: 'string' },
    },
  });
  const directory = mkdtempSync(join(tmpdir(), 'pgc-open-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const path = values.log ?? join(directory, 'server.log');
  const generate = join(import.meta.dirname, 'generate.ts');
  const { bytes, share, open } = values;
  if (values.log === undefined)
    execFileSync(process.execPath, [generate, '--bytes', bytes, '--share', share, '--open', open, path]);
  const { active } = JSON.parse(readFileSync(`${path}.truth.json`, 'utf8')) as { active: TrueSession[] };
  warm(path);

  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const [first = NaN] = await medians([() => firstListMs(path)]);
  const [back = NaN, grep = NaN] = await medians([
    () => backwardsMsPerGb(path, active),
    () => grepMsPerGb(path),
  ]);
  const storage = join(directory, 'storage');
  delay.reset();
  const { source, ms } = await followUntil(path, storage, ({ progress }) => progress.state === 'following');
  const longestMs = delay.max / 1e6;
  assert.deepEqual(whoIn(source.fold.state.book.sessions()), whoIn(active));
  await source.close();
  const [again = NaN] = await medians([
    async () => {
      const { source: next, ms: took } = await followUntil(
        path,
        storage,
        ({ fold, progress }) => progress.state !== 'following' && fold.state.nextEventId > 1,
      );
      await next.close();
      return took;
    },
  ]);
  const row = (what: string, text: string): void => console.log(`${what.padEnd(46)}${text}`);
  row('log', `${(statSync(path).size / 1e9).toFixed(1)} GB, ${active.length} sessions open`);
  row('first list', `${first.toFixed(0)} ms (at most 100)`);
  row('complete list, rate against rg --no-mmap -c', `${(grep / back).toFixed(2)} (at least 0.50)`);
  row('', `${(1e6 / back).toFixed(0)} and ${(1e6 / grep).toFixed(0)} MB/s`);
  row(
    'whole log read, longest block of the thread',
    `${(ms / 1000).toFixed(1)} s, ${longestMs.toFixed(0)} ms`,
  );
  row('again with a checkpoint', `${again.toFixed(1)} ms (at most 20)`);
}

/** All of it in the page cache. */
function warm(path: string): void {
  const descriptor = openSync(path, 'r');
  const block = Buffer.alloc(1 << 20);
  while (readSync(descriptor, block) > 0);
  closeSync(descriptor);
}

await main();
