// How fast the command line is, beside what searches and counts: npm run bench [-- --bytes 1e8 --runs 3 --only csv --write]
import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { checkout } from '../env/checkout.ts';
import { holds, peersText, tableOf, writeReadme, type PeerRow, type Row } from './benchTable.ts';
import { cases, memoryBoundMiB, type Case } from './cases.ts';
import { differencesOf } from './check.ts';
import { generateFile } from './generate.ts';
import { inTurn, isInstalled, median, ratioOf, type Command, type Cost } from './measure.ts';
import { lineCount, slowPeers, yardstick } from './peers.ts';

const { values } = parseArgs({
  options: {
    bytes: { type: 'string', default: '1e9' },
    'peer-bytes': { type: 'string', default: '1e8' },
    runs: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const [bytes, peerBytes, runs, seed] = [values.bytes, values['peer-bytes'], values.runs, values.seed].map(
  Number,
) as [number, number, number, number];

const ours = (file: string): Command => [process.execPath, join(checkout, 'dist/cli.cjs'), file];

/** A log in the page cache, of which the command line has told the truth. */
function prepared(directory: string, { name, log }: Case, size: number): string {
  const file = join(directory, `${name.replaceAll(/[^a-z0-9]+/g, '-')}${size}.log`);
  const truth = generateFile(file, { ...log, bytes: size, seed });
  warm(file);
  const wrong = differencesOf(file, truth);
  if (wrong.length > 0) throw new Error(`${name} (${file}) is not told as it is:\n  ${wrong.join('\n  ')}`);
  return file;
}

/** All of it on disk, so that nothing is written while times are taken, and all of it in memory. */
function warm(file: string): void {
  const descriptor = openSync(file, 'r+');
  fsyncSync(descriptor);
  const buffer = Buffer.alloc(1 << 20);
  while (readSync(descriptor, buffer) > 0);
  closeSync(descriptor);
}

function rowOf(name: string, bound: number, size: number, costs: Record<'us' | 'rg' | 'wc', Cost[]>): Row {
  const { us, rg, wc } = costs;
  const known = (what: 'cpuMs' | 'peakMiB'): number[] => us.flatMap((cost) => cost[what] ?? []);
  const [cpu, peaks] = [known('cpuMs'), known('peakMiB')];
  return {
    log: name,
    ratio: ratioOf(us, rg),
    bound,
    lineCountRatio: ratioOf(us, wc),
    megabytesPerSecond: size / 1e3 / median(us.map(({ wallMs }) => wallMs)),
    cpuMs: cpu.length > 0 ? median(cpu) : undefined,
    peakMiB: peaks.length > 0 ? Math.max(...peaks) : undefined,
  };
}

function measured(directory: string, each: Case): Row {
  const file = prepared(directory, each, bytes);
  const costs = inTurn({ us: ours(file), rg: yardstick(file), wc: lineCount(file) }, runs);
  if (!values.keep) rmSync(file);
  const row = rowOf(each.name, each.bound, bytes, costs);
  const memory = (row.peakMiB ?? 0) > memoryBoundMiB ? `, memory over ${memoryBoundMiB} MiB` : '';
  console.log(`${holds(row) ? 'holds ' : 'MISSED'} ${tableOf([row]).split('\n').at(-1) ?? ''}${memory}`);
  return row;
}

function measuredPeers(directory: string): PeerRow[] {
  const [each] = cases.filter(({ log }) => log.share === 10);
  if (!each) return [];
  const file = prepared(directory, each, peerBytes);
  return slowPeers.flatMap(({ name, command }) => {
    if (!isInstalled(name)) {
      console.log(`skipped ${name}: it is not installed`);
      return [];
    }
    const costs = inTurn(
      { peer: command(file, each.log.prefix, directory), us: ours(file) },
      Math.min(runs, 3),
    );
    return [{ name, ratio: ratioOf(costs.peer, costs.us) }];
  });
}

execFileSync(process.execPath, ['esbuild.mjs', '--release'], { cwd: checkout, stdio: 'inherit' });
const directory = mkdtempSync(join(tmpdir(), 'pgc-bench-'));
process.once('exit', () => {
  if (values.keep) console.log(`kept in ${directory}`);
  else rmSync(directory, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const size = bytes >= 1e9 ? `${bytes / 1e9} GB` : `${bytes / 1e6} MB`;
const rows = cases.filter(({ name }) => name.includes(values.only)).map((each) => measured(directory, each));
const peers = values.only === '' ? measuredPeers(directory) : [];
const text = `Times of whole processes on ${size} each, warm, ${runs} runs in turn on ${cpus().length} cores with Node.js ${process.versions.node}, as multiples of those of \`rg --no-mmap -c\` for three words and of \`wc -l\`:\n\n${tableOf(rows)}\n\n${peersText(peers, peerBytes)}`;
console.log(`\n${text}`);
if (values.write) await writeReadme(text);
