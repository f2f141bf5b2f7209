import { appendFileSync, chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { FailureLedger } from './failureLedger.ts';

/** A server that does not start, for every reason that is easily had, among starts that succeed. */
export async function failedStarts(ledger: FailureLedger): Promise<void> {
  const { crowd, server } = ledger;
  await crowd.connect();
  await server.startSecond();
  ledger.problem('lockFile', 'lock file "postmaster.pid" already exists');
  await stop(ledger);

  server.configure({ shared_preload_libraries: 'no_such_library' });
  await fails(
    ledger,
    'preloadLibraryMissing',
    'could not access file "no_such_library": No such file or directory',
  );
  server.configure({ shared_preload_libraries: '' });

  await onTakenPort(ledger);
  await crowd.connect();
  await stop(ledger);

  const configuration = join(server.dataDirectory, 'postgresql.conf');
  const text = readFileSync(configuration, 'utf8');
  appendFileSync(configuration, 'no_such_setting = 1\n');
  await fails(ledger, 'startFailed', `configuration file "${configuration}" contains errors`);
  writeFileSync(configuration, text);

  const rules = join(server.dataDirectory, 'pg_hba.conf');
  const hba = readFileSync(rules, 'utf8');
  writeFileSync(rules, 'garbage\n');
  await fails(ledger, 'startFailed', `could not load ${server.major >= 16 ? rules : 'pg_hba.conf'}`);
  writeFileSync(rules, hba);

  chmodSync(server.dataDirectory, 0o755);
  await fails(ledger, 'startFailed', `data directory "${server.dataDirectory}" has invalid permissions`);
  chmodSync(server.dataDirectory, 0o700);

  await postmasterKilled(ledger);
}

async function stop({ crowd, server }: FailureLedger): Promise<void> {
  for (const visitor of crowd.open) await visitor.leave();
  await server.stop();
}

async function fails(ledger: FailureLedger, kind: string, message: string): Promise<void> {
  ledger.problem(kind, message);
  await ledger.server.start().then(
    () => {
      throw new Error(`${kind}: the server has started.`);
    },
    () => undefined,
  );
}

async function onTakenPort(ledger: FailureLedger): Promise<void> {
  const { server } = ledger;
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  server.configure({ port: String((taken.address() as AddressInfo).port) });
  await fails(ledger, 'cannotListen', 'could not create any TCP/IP sockets');
  await new Promise((resolve) => taken.close(resolve));
  server.configure({ port: String(server.port) });
  await server.start();
}

/** Idle sessions notice it and say so; their clients are told too. */
async function postmasterKilled(ledger: FailureLedger): Promise<void> {
  const { crowd, server } = ledger;
  await server.start();
  await crowd.observer();
  await crowd.connect();
  const everybody = crowd.open;
  await server.kill();
  for (const visitor of everybody) await ledger.thrownOut('postmasterExit', visitor);
  await server.start();
}
