// Records the fixtures of PgBouncer: a real one plays the stories, and each log goes to test/fixtures with the truth.
// `npm run record:pooler`; the environment's PGBOUNCER names a binary other than Debian's.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkout } from './checkout.ts';
import { poolerVersion, startPooler } from './pooler.ts';
import { PoolerCrowd } from './scenario/poolerCrowd.ts';
import { castForPooler, databasesOf, poolerStories } from './scenario/poolerStories.ts';
import { newestMajor, startServer } from './servers.ts';

const version = poolerVersion();
if (version === undefined) throw new Error('There is no PgBouncer here: apt-get install pgbouncer.');
const server = await startServer({ major: newestMajor(), logTo: 'file' });
try {
  await castForPooler(server);
  for (const [name, story] of Object.entries(poolerStories(server))) {
    const settings = story.settings ?? {};
    const pooler = await startPooler(server, databasesOf(story), settings);
    const crowd = new PoolerCrowd(pooler);
    await story.play(crowd);
    const truth = await crowd.atRest();
    const folder = join(checkout, 'test', 'fixtures', `pgbouncer-${version.split('.', 2).join('.')}-${name}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'pgbouncer.log'), readFileSync(pooler.logFile));
    const about = { version, format: 'pgbouncer', story: name, files: ['pgbouncer.log'], settings };
    writeFileSync(join(folder, 'about.json'), `${JSON.stringify(about, null, 2)}\n`);
    writeFileSync(join(folder, 'truth.json'), `${JSON.stringify(truth, null, 2)}\n`);
    await pooler.dispose();
    console.log(name);
  }
} finally {
  await server.dispose();
}
process.exit(0);
