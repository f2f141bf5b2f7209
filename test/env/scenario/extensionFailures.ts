import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkout } from '../checkout.ts';
import { freshDirectory } from '../servers.ts';
import type { FailureLedger } from './failureLedger.ts';
import { logDestinations, logText } from './logFiles.ts';
import { until } from './until.ts';
import type { Visitor } from './visitor.ts';

/** Libraries and extensions that cannot be loaded: the session goes on. */
export async function loadErrors(ledger: FailureLedger): Promise<void> {
  const visitor = await ledger.crowd.connect();
  const directory = freshDirectory('l');
  const broken = join(directory, 'broken.so');
  writeFileSync(broken, 'This is no library.');
  const [alien] = ['/lib/x86_64-linux-gnu/libz.so.1', '/usr/lib/x86_64-linux-gnu/libm.so.6'].filter(
    existsSync,
  );
  const ofOtherMajor = '/usr/lib/postgresql/15/lib/cyrillic_and_mic.so';
  const stale = await copyOfLibrary(visitor, directory);
  const inSql = (symbol: string, library: string): string =>
    `create function f() returns int language c as '${library}', '${symbol}'`;
  await ledger.failing('libraryMissing', visitor, `load '$libdir/my_ext'`);
  await ledger.failing('libraryMissing', visitor, inSql('hello', '/nowhere/my_ext.so'));
  await ledger.failing('libraryNotLoaded', visitor, `load '${broken}'`);
  if (alien !== undefined) await ledger.failing('incompatibleLibrary', visitor, `load '${alien}'`);
  if (ledger.server.major > 15 && existsSync(ofOtherMajor))
    await ledger.failing('incompatibleLibrary', visitor, `load '${ofOtherMajor}'`);
  await ledger.failing('functionMissing', visitor, inSql('no_such_function', stale));
  await ledger.failing('functionMissing', visitor, inSql('Pg_magic_func', stale));
  await ledger.failing('extensionMissing', visitor, 'create extension my_ext');
  await visitor.query('drop extension plpgsql');
  await ledger.failing('extensionMissing', visitor, `create extension plpgsql version '0.0'`);
  await visitor.query('create extension plpgsql');
  await visitor.leave();
}

/** A library of the server's own under another name, as an extension's that is older than its SQL. */
async function copyOfLibrary(visitor: Visitor, directory: string): Promise<string> {
  const [row] = await visitor.query<{ directory: string }>(
    `select setting as directory from pg_config where name = 'PKGLIBDIR'`,
  );
  const library = join(directory, 'my_ext.so');
  writeFileSync(library, readFileSync(join(row?.directory ?? '', 'dict_snowball.so')));
  return library;
}

/** What an extension in Rust does to a server when it panics; `report` makes the calls that pgrx makes. */
export async function panics(ledger: FailureLedger): Promise<void> {
  const library = compile();
  const observer = await ledger.crowd.observer();
  for (const [name, takes, symbol] of [
    ['report', 'int, text, text', 'report'],
    ['thread_panic', '', 'thread_panic'],
    ['abort_panic', '', 'abort_panic'],
    ['start_worker', 'text', 'start_worker'],
  ] as const)
    await observer.query(
      `create function ${name}(${takes}) returns void language c as '${library}', '${symbol}'`,
    );
  await observer.query('checkpoint');
  const visitor = await ledger.crowd.connect({ application: 'psql' });
  await ledger.failing(
    'functionMissing',
    visitor,
    `create function g() returns void language c as '${library}', 'not_declared'`,
  );
  for (const [message, detail] of [
    ['called `Option::unwrap()` on a `None` value', 'null'],
    [
      'index out of bounds: the len is 3 but the index is 7',
      `e'\\n   0: std::panicking\\n             at /rustc/lib.rs:1:2'`,
    ],
    ['attempt to divide by zero', 'null'],
  ] as const)
    await ledger.failing('rustPanic', visitor, `select report(${level.error}, $_$${message}$_$, ${detail})`);
  ledger.raw('rustPanic', threadPanic);
  await visitor.query('select thread_panic()');
  ledger.problem('serverProcess', 'database "no_such_database" does not exist');
  await visitor.query('select start_worker($1)', [library]);
  await visitor.query(`select report(${level.fatal}, 'my_ext gives up', null)`).catch(() => undefined);
  await ledger.thrownOut('other', visitor);

  ledger.problem('panic', 'my_ext panics');
  await crashes(ledger, `select report(${level.panic}, 'my_ext panics', null)`);
  // the panic, and that it cannot unwind
  ledger.raw('rustPanic', mainPanic);
  ledger.raw('rustPanic', mainPanic);
  await crashes(ledger, 'select abort_panic()');
}

/** `elog.h` since 14. */
const level = { error: 21, fatal: 22, panic: 23 };
/** How they begin: the rest is the place in the source. */
const threadPanic = "thread 'worker-1'";
const mainPanic = "thread '<unnamed>'";

/** A statement that ends its backend by signal 6, and all others with it. */
async function crashes(ledger: FailureLedger, statement: string): Promise<void> {
  const { crowd, server } = ledger;
  const { formats, isCollected } = await logDestinations(await crowd.observer());
  const recoveries = (): number =>
    logText(server, formats[0]!, isCollected).split('database system is ready to accept').length;
  const before = recoveries();
  const victim: Visitor = await crowd.connect({ application: 'psql' });
  ledger.problem('crash', `server process (PID ${victim.pid}) was terminated by signal 6: Aborted`);
  await victim.query(statement).catch(() => undefined);
  await Promise.all(crowd.open.map(({ closed }) => closed));
  await until('the server has recovered', () => (recoveries() > before ? true : undefined));
}

/** The library of test/env/extension, for Debian's server: its Rust, and the C that PostgreSQL calls. */
function compile(): string {
  const directory = freshDirectory('x');
  const sources = join(checkout, 'test', 'env', 'extension');
  const library = join(directory, 'my_ext.so');
  const rust = join(directory, 'libpanics.so');
  const options = [
    '--edition',
    '2021',
    '-O',
    '--crate-type',
    'cdylib',
    '--remap-path-prefix',
    `${sources}=src`,
  ];
  execFileSync('rustc', [...options, '-o', rust, join(sources, 'panics.rs')]);
  const headers = '/usr/include/postgresql/15/server';
  const link = [`-L${directory}`, '-lpanics', '-Wl,-rpath,$ORIGIN'];
  execFileSync('gcc', [
    '-shared',
    '-fPIC',
    `-I${headers}`,
    '-o',
    library,
    join(sources, 'panics.c'),
    ...link,
  ]);
  for (const path of [rust, library]) chmodSync(path, 0o755);
  return library;
}
