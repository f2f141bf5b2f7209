// Is what the command line tells of generated logs the truth? node test/bench/check.ts FILE…
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { SummaryDocument } from '../../src/core/report/summaryJson.ts';
import { checkout } from '../env/checkout.ts';
import { differences } from './differences.ts';
import type { Truth } from './generator/truth.ts';

/** What the command line of dist/ says of a log, as its JSON document. */
export async function summaryOf(file: string): Promise<SummaryDocument> {
  const cli = join(checkout, 'dist/cli.cjs');
  const { stdout } = await promisify(execFile)(process.execPath, [cli, '--json', file], {
    maxBuffer: 1 << 30,
  });
  return JSON.parse(stdout) as SummaryDocument;
}

/** What the command line says of a generated log that is not true. */
export async function differencesOf(file: string, truth: Truth): Promise<string[]> {
  return differences(truth, await summaryOf(file));
}

if (import.meta.main) {
  for (const file of process.argv.slice(2)) {
    const truth = JSON.parse(readFileSync(`${file}.truth.json`, 'utf8')) as Truth;
    const found = await differencesOf(file, truth);
    console.log(`${file}: ${found.length === 0 ? 'exact' : `\n  ${found.join('\n  ')}`}`);
    if (found.length > 0) process.exitCode = 1;
  }
}
