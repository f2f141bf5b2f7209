// Records what Try the Demo plays: five minutes of the small workload on a real server, from its start to its fast
// shutdown. `npm run record:demo` writes media/demo.log.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { checkout } from './checkout.ts';
import { runDemoWorkload, startDemoServer } from './demoWorkload.ts';

const recordedMs = 5 * 60_000;
/** They name a directory and a port of the machine that recorded. */
const namesMachine = /^.*LOG: {2}listening on .*\n/gm;

const server = await startDemoServer();
try {
  const ending = new AbortController();
  const workload = runDemoWorkload(server, { signal: ending.signal, refusedPauseSeconds: [8, 20] });
  await Promise.race([workload, delay(recordedMs)]);
  // the server goes first: whoever is connected is told to go
  await server.stop('fast');
  ending.abort();
  await workload.catch(() => undefined);
  const log = readFileSync(server.logFile, 'utf8')
    .replaceAll(namesMachine, '')
    .replaceAll(server.dataDirectory, '/var/lib/postgresql/18/main');
  writeFileSync(join(checkout, 'media', 'demo.log'), log);
  console.log(`media/demo.log: ${log.length} bytes of PostgreSQL ${server.version}`);
} finally {
  await server.dispose();
}
process.exit(0);
