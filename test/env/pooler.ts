import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from './freePort.ts';
import { until } from './scenario/until.ts';
import { freshDirectory, type Server } from './servers.ts';
import { serverUser } from './serverUser.ts';

/** Debian's; `PGBOUNCER` names another. */
const binary = process.env['PGBOUNCER'] ?? '/usr/sbin/pgbouncer';

/** Like `1.18.0`; undefined where there is no PgBouncer. */
export function poolerVersion(): string | undefined {
  if (!existsSync(binary)) return undefined;
  return /PgBouncer (\S+)/.exec(execFileSync(binary, ['--version'], { encoding: 'utf8' }))?.[1];
}

/** A real PgBouncer on 127.0.0.1 in front of a server, ended at the latest with this process. */
export class Pooler {
  readonly port: number;
  readonly directory: string;
  readonly logFile: string;
  readonly #configFile: string;
  #process: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();

  /** Use `startPooler`. */
  constructor(directory: string, port: number) {
    this.directory = directory;
    this.port = port;
    this.logFile = join(directory, 'pgbouncer.log');
    this.#configFile = join(directory, 'pgbouncer.ini');
  }

  /** Writes pgbouncer.ini; takes effect at the next start or RELOAD. */
  configure(databases: Readonly<Record<string, string>>, settings: Readonly<Record<string, string>>): void {
    const lines = (values: Readonly<Record<string, string>>): string[] =>
      Object.entries(values).map(([name, value]) => `${name} = ${value}`);
    const text = ['[databases]', ...lines(databases), '[pgbouncer]', ...lines(settings), ''].join('\n');
    this.write('pgbouncer.ini', text);
  }

  /** Writes a file that PgBouncer can read into its directory; answers its path. */
  write(name: string, text: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, text);
    if (serverUser.uid !== undefined) chownSync(path, serverUser.uid, serverUser.gid ?? serverUser.uid);
    return path;
  }

  async start(): Promise<void> {
    const ups = this.#ups();
    const child = spawn(binary, ['-q', this.#configFile], { ...serverUser, stdio: 'ignore' });
    this.#process = child;
    this.#exited = new Promise((resolve) => child.once('exit', resolve));
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    await until('PgBouncer is up', () => Promise.resolve(this.#ups() > ups ? true : undefined));
  }

  /** Sends a signal that ends it; resolves when it has. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#process?.kill(signal);
    await this.#exited;
  }

  async dispose(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  #ups(): number {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8').split('process up: ').length : 1;
  }
}

/** Users of the pooler: `name` → password. */
export const poolerUsers: Readonly<Record<string, string>> = {
  app: 'open sesame',
  'my user': 'open sesame',
  'w/x@y': 'open sesame',
  ghost: 'open sesame',
  boss: 'open sesame',
  stats: 'open sesame',
};

/** Starts a PgBouncer whose databases are `databases` (name → dbname; `*` stands for all) of this server. */
export async function startPooler(
  server: Server,
  databases: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>> = {},
): Promise<Pooler> {
  const directory = freshDirectory('b');
  const pooler = new Pooler(directory, await freePort());
  const users = Object.entries(poolerUsers).map(([name, password]) => `"${name}" "${password}"\n`);
  const target = (dbname: string): string =>
    `host=127.0.0.1 port=${server.port}${dbname === '' ? '' : ` dbname=${dbname}`}`;
  pooler.configure(
    {
      dead: 'host=127.0.0.1 port=1',
      ...Object.fromEntries(Object.entries(databases).map(([name, dbname]) => [name, target(dbname)])),
    },
    {
      listen_addr: '127.0.0.1',
      listen_port: String(pooler.port),
      unix_socket_dir: directory,
      auth_type: 'md5',
      auth_file: pooler.write('users.txt', users.join('')),
      logfile: pooler.logFile,
      admin_users: 'boss',
      server_login_retry: '1',
      ...settings,
    },
  );
  await pooler.start();
  return pooler;
}
