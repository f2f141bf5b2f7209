import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

import { checkout } from '../env/checkout.ts';

/** One measured log, in the words of the table. */
export interface Row {
  readonly log: string;
  readonly ratio: number;
  readonly bound: number;
  readonly lineCountRatio: number;
  readonly megabytesPerSecond: number;
  readonly cpuMs: number | undefined;
  readonly peakMiB: number | undefined;
}

/** A slower program: how many times longer it takes. */
export interface PeerRow {
  readonly name: string;
  readonly ratio: number;
}

const begin = '<!-- bench:begin -->';
const end = '<!-- bench:end -->';

/** Does the row keep what is promised? */
export function holds({ ratio, bound }: Row): boolean {
  return ratio <= bound;
}

/** The measured rows as a Markdown table; what was promised of them is said as they are measured. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) =>
    [
      row.log,
      `${row.ratio.toFixed(2)} ×`,
      `${row.lineCountRatio.toFixed(2)} ×`,
      `${row.megabytesPerSecond.toFixed(0)} MB/s`,
      row.cpuMs === undefined ? '–' : `${(row.cpuMs / 1000).toFixed(2)} s`,
      row.peakMiB === undefined ? '–' : `${row.peakMiB.toFixed(0)} MiB`,
    ].join(' | '),
  );
  const head = ['log, connection entries', '`rg`', '`wc -l`', 'rate', 'CPU time', 'memory'];
  return [head.join(' | '), head.map(() => '---').join(' | '), ...lines]
    .map((line) => `| ${line} |`)
    .join('\n');
}

/** One sentence about the slower programs; empty where none is installed. */
export function peersText(peers: readonly PeerRow[], size: string): string {
  if (peers.length === 0) return '';
  const times = peers.map(({ name, ratio }) => `${name} ${Number(ratio.toPrecision(2))} ×`);
  return `On ${size} others take, of our time: ${times.join(', ')}.`;
}

/** How steady the machine was, by the times that the same took before each round. */
export function paceText(paces: readonly number[]): string {
  const [least, most] = [Math.min(...paces), Math.max(...paces)];
  return `To hash 64 MiB, before each round, took ${least.toFixed(0)} ms, at most ${(most / least).toFixed(2)} × that: so steady was the machine.`;
}

/** Puts the text between the marks of the README, laid out as everything there. */
export async function writeReadme(text: string): Promise<void> {
  const file = join(checkout, 'README.md');
  const readme = readFileSync(file, 'utf8');
  const [beginAt, endAt] = [readme.indexOf(begin), readme.indexOf(end)];
  if (beginAt < 0 || endAt < beginAt)
    throw new Error(`README.md has no place for the table: ${begin} … ${end}`);
  const written = `${readme.slice(0, beginAt + begin.length)}\n\n${text}\n\n${readme.slice(endAt)}`;
  writeFileSync(file, await format(written, { ...(await resolveConfig(file)), filepath: file }));
}
