import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A pgrx server as discovery sees it: a data directory, a log, and a process called postgres that works there and does
 * nothing. Started in the far future, it is newer than every server of the machine.
 */
export class FakePostmaster {
  readonly dataDirectory: string;
  readonly log: string;
  readonly #program: string;
  #process: ChildProcess | undefined;

  constructor(pgrxHome: string, major: number) {
    const data = join(pgrxHome, `data-${major}`);
    mkdirSync(data, { recursive: true });
    this.dataDirectory = realpathSync(data);
    this.log = join(pgrxHome, `${major}.log`);
    this.#program = join(pgrxHome, 'postgres');
    writeFileSync(join(data, 'PG_VERSION'), `${major}\n`);
    writeFileSync(join(data, 'postgresql.conf'), 'log_connections = on\nlog_disconnections = on\n');
    writeFileSync(this.log, '');
    copyFileSync('/bin/sleep', this.#program);
  }

  /** Resolves when its process runs. */
  async start(): Promise<void> {
    const child = spawn(this.#program, ['600'], { cwd: this.dataDirectory, stdio: 'ignore' });
    this.#process = child;
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    const startedAtSeconds = 4_000_000_000;
    const lines = [child.pid, this.dataDirectory, startedAtSeconds, 28817, '/tmp', 'localhost', '', 'ready'];
    writeFileSync(join(this.dataDirectory, 'postmaster.pid'), `${lines.join('\n')}\n`);
  }

  stop(): void {
    this.#process?.kill('SIGKILL');
  }
}
