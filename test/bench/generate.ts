// Writes a log and, beside it, the truth about it: node test/bench/generate.ts --share 10 --bytes 1e9 OUT
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { generateLog, type LogOptions } from './generator/generateLog.ts';
import type { Truth } from './generator/truth.ts';

/** The prefix of a log that nobody chose one for. */
export const defaultPrefix = '%m [%p] ';

/** Writes FILE and FILE.truth.json. */
export function generateFile(file: string, options: LogOptions): Truth {
  const descriptor = openSync(file, 'w');
  let buffer = Buffer.alloc(0);
  const truth = generateLog(options, (bytes) => {
    if (buffer.length < bytes.length) buffer = Buffer.alloc(2 * bytes.length);
    writeSync(descriptor, buffer, 0, buffer.write(bytes, 0, 'latin1'));
  });
  closeSync(descriptor);
  writeFileSync(`${file}.truth.json`, `${JSON.stringify(truth, null, 1)}\n`);
  return truth;
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'stderr' },
      share: { type: 'string', default: '10' },
      bytes: { type: 'string', default: '1e8' },
      seed: { type: 'string', default: '1' },
      prefix: { type: 'string', default: defaultPrefix },
      open: { type: 'string' },
    },
  });
  const [file] = positionals;
  const { format, prefix } = values;
  if (file === undefined || (format !== 'stderr' && format !== 'csv' && format !== 'json'))
    throw new Error(
      'generate.ts [--format stderr|csv|json] [--share 10] [--bytes 1e8] [--seed 1] [--prefix P] [--open N] OUT',
    );
  const startedAt = performance.now();
  const truth = generateFile(file, {
    ...{
      format,
      prefix,
      share: Number(values.share),
      bytes: Number(values.bytes),
      seed: Number(values.seed),
    },
    ...(values.open === undefined ? {} : { open: Number(values.open) }),
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const rate = (truth.bytes / 1e6 / seconds).toFixed(0);
  console.log(
    `${truth.bytes} bytes, ${truth.records} records, ${truth.connectionRecords} of connections, ${rate} MB/s`,
  );
}

if (import.meta.main) main();
