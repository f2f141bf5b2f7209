import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A log in a folder of its own, as a server with `log_line_prefix = '%m [%p] '` and `log_timezone = UTC` writes it. */
export interface LogFixture {
  readonly path: string;
  /** The lines written so far. */
  readonly lines: readonly string[];
  connect(pid: number, user: string, database: string, application: string): Promise<void>;
  /** What PostgreSQL 18 writes behind it: the session is one without doubt, at once. */
  ready(pid: number): Promise<void>;
  disconnect(pid: number, user: string, database: string): Promise<void>;
  /** So many come and leave, written at once. */
  burst(count: number): Promise<void>;
  refuse(pid: number, user: string): Promise<void>;
  /** What is written by `work` is written at once, when that is done. */
  together(work: () => Promise<void>): Promise<void>;
  remove(): Promise<void>;
}

/** Creates a log that holds the server's start; every line says that it was written so long before it was. */
export async function createLog(name: string, agoMs = 0): Promise<LogFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'pg-connections-host-'));
  const path = join(directory, name);
  const lines: string[] = [];
  let waiting: string[] | undefined;
  const append = async (added: readonly string[]): Promise<void> => {
    if (waiting) waiting.push(...added);
    else await appendFile(path, `${added.join('\n')}\n`);
  };
  const write = async (pid: number, ...texts: string[]): Promise<void> => {
    const time = new Date(Date.now() - agoMs).toISOString().replace('T', ' ').replace('Z', ' UTC');
    const added = texts.map((text) => `${time} [${pid}] ${text}`);
    lines.push(...added);
    await append(added);
  };
  await writeFile(path, '');
  await write(
    100,
    'LOG:  starting PostgreSQL 16.4 on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0, 64-bit',
    'LOG:  database system is ready to accept connections',
  );
  return {
    path,
    lines,
    connect: (pid, user, database, application) =>
      write(
        pid,
        'LOG:  connection received: host=[local]',
        `LOG:  connection authorized: user=${user} database=${database} application_name=${application}`,
      ),
    ready: (pid) =>
      write(pid, 'LOG:  connection ready: setup total=2.345 ms, fork=0.456 ms, authentication=0.123 ms'),
    disconnect: (pid, user, database) =>
      write(
        pid,
        `LOG:  disconnection: session time: 0:00:03.200 user=${user} database=${database} host=[local]`,
      ),
    burst: (count) =>
      write(
        900,
        ...Array.from({ length: count }).flatMap(() => [
          'LOG:  connection authorized: user=app database=shop application_name=burst',
          'LOG:  disconnection: session time: 0:00:00.002 user=app database=shop host=[local]',
        ]),
      ),
    refuse: (pid, user) =>
      write(
        pid,
        'LOG:  connection received: host=10.0.0.7 port=50000',
        `FATAL:  password authentication failed for user "${user}"`,
        'DETAIL:  Connection matched file "/etc/postgresql/16/main/pg_hba.conf" line 117: "host all all all scram-sha-256"',
      ),
    together: async (work) => {
      waiting = [];
      await work();
      const added = waiting;
      waiting = undefined;
      await append(added);
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
