// What a log that is followed costs, and how soon it is told: `npm run bench:live [-- ROW…]`, each ROW the beginning of
// a row's name. That all was understood is checked before a time is shown; ends with 1 where a bound does not hold.
import { shownMs } from './liveFigures.ts';
import { runLive } from './liveRun.ts';
import { assertExact, broken, figuresOf, liveRows, type LiveFigures, type LiveRow } from './liveRows.ts';

const header = [
  'load',
  'lost',
  'read p50 / p99 / max ms',
  'told p50 / p99 ms',
  'connects told p50 / p99 ms',
  'editor p50 / p99 ms',
  'said to be behind',
  'CPU %',
  'peak MiB',
  'machine p99 ms',
  'holds',
];

function line(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

function rowOf({ name, bounds, order }: LiveRow, figures: LiveFigures): string {
  const {
    read,
    told,
    toldConnects,
    heard,
    cpuPercent,
    peakMiB,
    lostBytes,
    saidLostBytes,
    behindMs,
    machineP99,
  } = figures;
  const breaks = broken(figures, bounds);
  if (breaks.length > 0) process.exitCode = 1;
  const isTruncated = order.rotation === 'copytruncate';
  // where bytes are lost, the n-th that was told is not the n-th that was written
  const times = (...values: (number | undefined)[]): string =>
    isTruncated && lostBytes > 0 ? '–' : values.map(shownMs).join(' / ');
  return line([
    name,
    isTruncated ? `${lostBytes} bytes, said: ${saidLostBytes}` : '0',
    times(read.p50, read.p99, read.most),
    times(told.p50, told.p99),
    times(toldConnects.p50, toldConnects.p99),
    times(heard.p50, heard.p99),
    behindMs > 0 ? `${(behindMs / 1000).toFixed(1)} s` : '',
    cpuPercent.toFixed(1),
    peakMiB.toFixed(0),
    shownMs(machineP99),
    breaks.length > 0 ? `no: ${breaks.join(', ')}` : Object.keys(bounds).length > 0 ? 'yes' : '',
  ]);
}

const wanted = process.argv.slice(2);
console.log(line(header));
console.log(line(header.map(() => '---')));
for (const row of liveRows) {
  if (wanted.length > 0 && !wanted.some((name) => row.name.startsWith(name))) continue;
  const run = await runLive(row.order);
  try {
    assertExact(run, row.order);
    console.log(rowOf(row, figuresOf(run)));
  } finally {
    run.remove();
  }
}
