// Records the logs of SQLAlchemy's pools: real ones play the stories, and each log goes to test/fixtures/pools with the
// truth as the pools' own events and methods told it. `npm run record:pools`; PYTHON names another than Debian's.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkout } from './checkout.ts';
import { logFormats, playPoolStories, poolStories, sqlalchemyVersion } from './pools/sqlalchemy.ts';
import { freshDirectory, newestMajor, startServer } from './servers.ts';

const version = sqlalchemyVersion();
if (version === undefined)
  throw new Error('There is no SQLAlchemy here: apt-get install python3-sqlalchemy python3-psycopg2.');
const server = await startServer({ major: newestMajor(), logTo: 'file' });
const directory = freshDirectory('p');
const runs = [
  ...logFormats.map((format) => ({ story: 'nested', format, processes: 1 }) as const),
  ...poolStories
    .filter((story) => story !== 'nested')
    .map((story) => ({ story, format: 'timed', processes: 1 }) as const),
  { story: 'nested', format: 'pid', processes: 3 } as const,
];
try {
  for (const run of runs) {
    const name = `sqlalchemy-${version.split('.', 2).join('.')}-${run.story}-${run.format}-${run.processes}`;
    const logFile = join(directory, `${name}.log`);
    const [truth] = await playPoolStories(server, [{ ...run, logFile }]);
    const folder = join(checkout, 'test', 'fixtures', 'pools', name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'app.log'), readFileSync(logFile));
    writeFileSync(join(folder, 'about.json'), `${JSON.stringify({ version, ...run }, null, 2)}\n`);
    writeFileSync(join(folder, 'truth.json'), `${JSON.stringify(truth, null, 2)}\n`);
    console.log(name);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
  await server.dispose();
}
process.exit(0);
