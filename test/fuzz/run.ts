// Fuzzes for as long as wanted: `npm run fuzz -- --minutes 60 --seed 7`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { checkout } from '../env/checkout.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
const seconds = String(Number(values.minutes ?? 1) * 60);
const mocha = join(checkout, 'node_modules/mocha/bin/mocha.js');
const env = {
  ...process.env,
  FUZZ_SECONDS: seconds,
  FUZZ_SEED: values.seed ?? String(Date.now() % 1_000_000),
};
const { status } = spawnSync(process.execPath, [mocha, '--timeout', '0', 'test/fuzz/fuzz.test.ts'], {
  env,
  stdio: 'inherit',
  cwd: checkout,
});
process.exitCode = status ?? 1;
