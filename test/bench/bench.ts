// How fast the command line is, beside what searches and counts: npm run bench [-- --bytes 1e8 --runs 3 --only csv --write]
import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { holds, paceText, peersText, tableOf, writeReadme, type PeerRow, type Row } from './benchTable.ts';
import { cases, memoryBoundMiB, type Case } from './cases.ts';
import { inTurn, isInstalled, median, paceMs, ratioOf, type Cost } from './measure.ts';
import { lineCount, slowPeers, yardstick } from './peers.ts';
import { buildRelease, logDirectory, ours, prepared } from './prepared.ts';

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
const bytes = Number(values.bytes);
const peerBytes = Number(values['peer-bytes']);
const runs = Number(values.runs);

/** The path of a log of which our summary is exact; undefined, and said why, when it is not. */
async function exact({ name, log }: Case, size: number): Promise<string | undefined> {
  const file = join(directory, `${name.replaceAll(/[^a-z0-9]+/g, '-')}-${size}.log`);
  const wrong = await prepared(file, { ...log, bytes: size, seed: Number(values.seed) });
  if (wrong.length === 0) return file;
  console.log(`WRONG  ${name}: no time is given for what is not the truth\n  ${wrong.join('\n  ')}`);
  process.exitCode = 1;
  if (!values.keep) rmSync(file);
  return undefined;
}

async function measured(each: Case): Promise<Row | undefined> {
  const file = await exact(each, bytes);
  if (file === undefined) return undefined;
  const commands = { us: ours(file), rg: yardstick(file), wc: lineCount(file) };
  const costs = await inTurn(commands, runs, () => paces.push(paceMs()));
  if (!values.keep) rmSync(file);
  const row = rowOf(each, costs);
  const cpu = ratioOf(costs.us, costs.rg, 'cpuMs');
  const memory = (row.peakMiB ?? 0) > memoryBoundMiB ? `, memory over ${memoryBoundMiB} MiB` : '';
  console.log(
    `${holds(row) ? 'holds ' : 'MISSED'} (≤ ${row.bound} ×) ${tableOf([row]).split('\n').at(-1) ?? ''} ${Number.isFinite(cpu) ? `CPU ${cpu.toFixed(1)} ×` : ''}${memory}`,
  );
  return row;
}

function rowOf({ name, bound }: Case, { us, rg, wc }: Record<'us' | 'rg' | 'wc', Cost[]>): Row {
  const known = (what: 'cpuMs' | 'peakMiB'): number[] => us.flatMap((cost) => cost[what] ?? []);
  const [cpu, peaks] = [known('cpuMs'), known('peakMiB')];
  return {
    log: name,
    ratio: ratioOf(us, rg),
    bound,
    lineCountRatio: ratioOf(us, wc),
    megabytesPerSecond: bytes / 1e3 / median(us.map(({ wallMs }) => wallMs)),
    cpuMs: cpu.length > 0 ? median(cpu) : undefined,
    peakMiB: peaks.length > 0 ? Math.max(...peaks) : undefined,
  };
}

/** How many times longer others take for a stderr log of which one record in ten is about connections. */
async function measuredPeers(): Promise<PeerRow[]> {
  const each = cases.find(({ log }) => log.share === 10);
  const file = each && (await exact(each, peerBytes));
  if (each === undefined || file === undefined) return [];
  const measuredOnes: PeerRow[] = [];
  for (const { name, command } of slowPeers) {
    if (!isInstalled(name)) {
      console.log(`skipped ${name}: it is not installed`);
      continue;
    }
    const theirs = command(file, each.log.prefix, directory);
    const costs = await inTurn({ theirs, us: ours(file) }, Math.min(runs, 3));
    measuredOnes.push({ name, ratio: ratioOf(costs.theirs, costs.us) });
  }
  return measuredOnes;
}

/** `1 GB`. */
function sizeText(size: number): string {
  return size >= 1e9 ? `${size / 1e9} GB` : `${size / 1e6} MB`;
}

buildRelease();
const directory = logDirectory(values.keep);
if (bytes < 1e9)
  console.log('The bounds are those of 1 GB: of less, the start of Node.js takes most of the time.');
/** The first is slow: its memory is new. */
const paces: number[] = [paceMs(), paceMs()].slice(1);
const rows: Row[] = [];
for (const each of cases.filter(({ name }) => name.includes(values.only))) {
  const row = await measured(each);
  if (row) rows.push(row);
}
const peers = values.only === '' ? await measuredPeers() : [];
const text = [
  `Logs of ${sizeText(bytes)} in the page cache, whole processes, ${runs} runs in turn on ${cpus().length} cores, Node.js ${process.versions.node}; without what \`NODE_EXTRA_CA_CERTS\` makes every program of Node read first; times as multiples of \`rg --no-mmap -c 'connection authorized|disconnection|FATAL'\` and of \`wc -l\`. The results were compared with the truth before:`,
  tableOf(rows),
  peersText(peers, sizeText(peerBytes)),
  paceText(paces),
]
  .filter((part) => part !== '')
  .join('\n\n');
console.log(`\n${text}`);
if (values.write) await writeReadme(text.trim());
