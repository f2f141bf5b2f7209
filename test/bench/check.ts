// Is what the command line tells of generated logs the truth? node test/bench/check.ts FILE…
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { SummaryDocument } from '../../src/core/report/summaryJson.ts';
import { checkout } from '../env/checkout.ts';
import { differences } from './differences.ts';
import type { Truth } from './generator/truth.ts';

/** What the command line of dist/ says of a log, as its JSON document. */
export function summaryOf(file: string): SummaryDocument {
  const cli = join(checkout, 'dist/cli.cjs');
  const text = execFileSync(process.execPath, [cli, '--json', file], { maxBuffer: 1 << 30 });
  return JSON.parse(text.toString()) as SummaryDocument;
}

/** What the command line says of a generated log that is not true. */
export function differencesOf(file: string, truth: Truth): string[] {
  return differences(truth, summaryOf(file));
}

if (import.meta.main) {
  for (const file of process.argv.slice(2)) {
    const found = differencesOf(file, JSON.parse(readFileSync(`${file}.truth.json`, 'utf8')) as Truth);
    console.log(`${file}: ${found.length === 0 ? 'exact' : `\n  ${found.join('\n  ')}`}`);
    if (found.length > 0) process.exitCode = 1;
  }
}
