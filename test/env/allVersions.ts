// npm run test:long: every recorded log, all seeds, and real servers of every major version that can be started here.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const { status } = spawnSync(
  process.execPath,
  [join(import.meta.dirname, 'run.ts'), 'core', 'sources', 'servers'],
  {
    stdio: 'inherit',
    env: { ...process.env, ALL_VERSIONS: '1' },
  },
);
process.exitCode = status ?? 1;
