// How much memory a summary takes, whatever the log: node test/bench/memory.ts [--bytes 1e9] [--open 5000] [--format csv]
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { memoryBoundMiB } from './cases.ts';
import { defaultPrefix } from './generate.ts';
import { costOf } from './measure.ts';
import { buildRelease, logDirectory, ours, prepared } from './prepared.ts';

const { values } = parseArgs({
  options: {
    bytes: { type: 'string', default: '1e9' },
    open: { type: 'string', default: '5000' },
    format: { type: 'string', default: 'stderr' },
    shares: { type: 'string', default: '1,10,100' },
    seed: { type: 'string', default: '1' },
  },
});
const { format } = values;
if (format !== 'stderr' && format !== 'csv' && format !== 'json') throw new Error(`no format ${format}`);
buildRelease();
const file = join(logDirectory(false), 'log');
for (const share of values.shares.split(',').map(Number)) {
  const [bytes, open, seed] = [Number(values.bytes), Number(values.open), Number(values.seed)];
  const wrong = await prepared(file, { format, prefix: defaultPrefix, share, bytes, open, seed });
  const { peakMiB = NaN, wallMs } = await costOf(ours(file));
  rmSync(file);
  const verdict = peakMiB <= memoryBoundMiB ? 'holds ' : 'MISSED';
  const told = wrong.length === 0 ? 'exact' : `WRONG\n  ${wrong.join('\n  ')}`;
  console.log(
    `${verdict} ${format}, ${share} %: ${peakMiB.toFixed(0)} MiB of ${memoryBoundMiB}, ${(wallMs / 1000).toFixed(1)} s, ${told}`,
  );
}
