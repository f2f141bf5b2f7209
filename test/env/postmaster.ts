import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, closeSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { environmentOf, serverBinary } from './serverBinaries.ts';
import { serverUser } from './serverUser.ts';

/** PostgreSQL's three ways to shut down, https://www.postgresql.org/docs/current/server-shutdown.html */
export type ShutdownMode = 'smart' | 'fast' | 'immediate';

const shutdownSignals: Record<ShutdownMode, NodeJS.Signals> = {
  smart: 'SIGTERM',
  fast: 'SIGINT',
  immediate: 'SIGQUIT',
};
const startBoundMs = 30_000;
const endBoundMs = 10_000;

/** Those whose process runs. They end with ours at the latest. */
const running = new Set<Postmaster>();
process.prependListener('exit', () => {
  for (const each of running) each.signal('SIGQUIT');
  for (const each of running) each.awaitEndNow();
});

/** The server process of one data directory: started, signalled, and never left behind. */
export class Postmaster {
  readonly #major: number;
  readonly #locale: string | undefined;
  readonly #dataDirectory: string;
  readonly #stderrFile: string;
  #process: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();

  /** `locale`: the language that it speaks; English without one. */
  constructor(major: number, dataDirectory: string, stderrFile: string, locale?: string) {
    this.#major = major;
    this.#locale = locale;
    this.#dataDirectory = dataDirectory;
    this.#stderrFile = stderrFile;
  }

  /** Of the last process started. */
  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error('The server was never started.');
    return pid;
  }

  #isRunning(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }

  /** Resolves when the server accepts connections; fails with its own words when it does not start. */
  async start(status: 'ready' | 'standby' = 'ready'): Promise<void> {
    if (this.#isRunning()) throw new Error('The server is running already.');
    this.#spawn();
    const deadline = Date.now() + startBoundMs;
    while (!this.#says(status)) {
      if (!this.#isRunning() || Date.now() > deadline) {
        await this.end();
        throw new Error(
          `PostgreSQL ${this.#major} did not start:\n${readFileSync(this.#stderrFile, 'utf8').slice(-2000)}`,
        );
      }
      await delay(5);
    }
  }

  /** Resolves when a second server on the same data directory has failed. */
  async startSecond(): Promise<void> {
    const child = this.#spawnProcess();
    await new Promise((resolve) => child.once('exit', resolve));
  }

  async stop(mode: ShutdownMode): Promise<void> {
    this.signal(shutdownSignals[mode]);
    await this.#exited;
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const children = childPids(this.pid);
    this.signal(signal);
    await this.#exited;
    const deadline = Date.now() + endBoundMs;
    while (children.some(isAlive) && Date.now() < deadline) await delay(5);
  }

  /** Ends the process for good, without the care for its data that nobody will read; resolves when it is gone. */
  async end(): Promise<void> {
    for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
      if (!this.#isRunning()) break;
      this.signal(signal);
      const bound = new AbortController();
      await Promise.race([
        this.#exited,
        delay(endBoundMs, undefined, { signal: bound.signal }).catch(() => undefined),
      ]);
      bound.abort();
    }
  }

  /** Windows has no signals: pg_ctl sends PostgreSQL's stand-ins there. */
  signal(signal: NodeJS.Signals): void {
    if (!this.#isRunning()) throw new Error(`The server is not running: no ${signal} sent.`);
    this.#process?.ref();
    if (process.platform !== 'win32') this.#process?.kill(signal);
    else
      spawnSync(serverBinary(this.#major, 'pg_ctl'), ['kill', signal.slice('SIG'.length), String(this.pid)]);
  }

  #spawnProcess(): ChildProcess {
    const stderr = openSync(this.#stderrFile, 'a');
    const child = spawn(serverBinary(this.#major, 'postgres', this.#locale), ['-D', this.#dataDirectory], {
      ...serverUser,
      cwd: dirname(this.#stderrFile),
      env: environmentOf(this.#locale),
      stdio: ['ignore', stderr, stderr],
    });
    closeSync(stderr);
    return child;
  }

  #spawn(): void {
    const child = this.#spawnProcess();
    running.add(this);
    this.#exited = new Promise((resolve) => {
      const ended = () => {
        running.delete(this);
        resolve();
      };
      child.once('exit', ended);
      child.once('error', ended);
    });
    child.unref();
    this.#process = child;
  }

  /** Line 8 of postmaster.pid says "ready", or "standby" while one recovers. Not the log line: with the collector it never reaches stderr. */
  #says(status: string): boolean {
    const file = join(this.#dataDirectory, 'postmaster.pid');
    if (!existsSync(file)) return false;
    const lines = readFileSync(file, 'utf8').split('\n');
    return Number(lines[0]) === this.#process?.pid && lines[7]?.startsWith(status) === true;
  }

  /** For the end of our own process, where nothing can be awaited: until an immediate shutdown has removed the pid file. */
  awaitEndNow(): void {
    const deadline = Date.now() + 3_000;
    const pidFile = join(this.#dataDirectory, 'postmaster.pid');
    while (existsSync(pidFile) && Date.now() < deadline) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
    if (existsSync(pidFile)) this.signal('SIGKILL');
  }
}

/** The backends and workers of a postmaster, known on Linux only; elsewhere none. */
function childPids(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number);
}

/** A zombie, which nobody collects in a container, has no command line any more. */
function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}
