// Hours of a server's life in minutes, after which memory and handles must be what they were: `npm run bench:soak
// [-- HOURS]`. The engine's process is measured after each hour, garbage collected; ends with 1 where something grows.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { randomOf } from '../sources/tailWorld.ts';
import { SoakClient } from './soakClient.ts';
import type { Holdings } from './soakEngine.ts';
import { columns, growthOf, type Growth } from './soakFigures.ts';
import { SoakLog } from './soakLog.ts';
import { caughtUp, follow, stories, type Soaked } from './soakStories.ts';

const lookAroundMs = 4000;
const hourMs = 3_600_000;
const hours = Number(process.argv[2] ?? 60);
const random = randomOf(4711);
const directory = mkdtempSync(join(process.env['BENCH_DATA'] ?? tmpdir(), 'soak-'));
const client = new SoakClient(join(directory, 'storage'));

function soakedLog(folder: string, name: string, isDirectory: boolean): Soaked {
  const path = join(directory, folder);
  mkdirSync(path);
  const log = new SoakLog(path, name, Date.now() - (hours + 1) * hourMs, random);
  return { log, client, target: isDirectory ? path : log.path, sourceId: '' };
}

/** One hour: every story of one log after the other, in another order each time. */
async function hour(soaked: Soaked): Promise<void> {
  const endsAt = soaked.log.lines.at + hourMs;
  const names = Object.keys(stories).sort(() => random() - 0.5);
  for (const name of names) {
    soaked.log.lines.pass(Math.floor(hourMs / 20));
    await stories[name]?.(soaked);
  }
  await caughtUp(soaked);
  soaked.log.lines.pass(Math.max(0, endsAt - soaked.log.lines.at));
}

/** What the engine holds when nothing is followed, and it no longer looks for servers. */
async function leftBehind(logs: readonly Soaked[]): Promise<Holdings> {
  for (const { sourceId } of logs) await client.ask('unfollow', { sourceId });
  await delay(lookAroundMs);
  return client.measure();
}

function shown(name: string, holdings: Holdings): string {
  const { heap, buffers, resident, handles, descriptors } = holdings;
  const sizes = [heap, buffers, resident].map((value) => value.toFixed(1).padStart(7)).join('');
  return `${name.padStart(8)}${sizes}${String(handles).padStart(9)}${String(descriptors).padStart(12)}`;
}

function shownGrowth({ column, first, second, growth, tolerance }: Growth): string {
  const isFlat = growth <= tolerance;
  if (!isFlat) process.exitCode = 1;
  const verdict = isFlat ? 'flat' : 'GROWS';
  return `${column}: at the least ${first.toFixed(1)} in the first half and ${second.toFixed(1)} in the second (tolerance ${tolerance.toFixed(1)}): ${verdict}`;
}

const samples: Holdings[] = [];
try {
  const logs = [
    soakedLog('one', 'postgresql.log', false),
    soakedLog('many', 'postgresql-2026-11-20_100000.log', true),
  ];
  for (const soaked of logs) await follow(soaked);
  // what a first watch opens stays open, and does not grow
  const before = await leftBehind(logs);
  console.log('    hour   heap  buffers  RSS MiB  handles  descriptors');
  console.log(shown('before', before));
  for (const soaked of logs) await follow(soaked);
  for (let now = 1; now <= hours; now += 1) {
    for (const soaked of logs) await hour(soaked);
    samples.push(await client.measure());
    console.log(shown(String(now), samples.at(-1) ?? before));
  }
  const after = await leftBehind(logs);
  console.log(shown('after', after));
  for (const column of columns) console.log(shownGrowth(growthOf(samples, column)));
  const isAsBefore = after.handles <= before.handles && after.descriptors <= before.descriptors;
  console.log(`handles after all was left: ${isAsBefore ? 'as before' : 'MORE than before'}`);
  if (!isAsBefore) process.exitCode = 1;
  console.log(`told exactly: ${JSON.stringify(logs.map((soaked) => soaked.log.truth))}`);
} finally {
  await client.close();
  rmSync(directory, { recursive: true });
}
