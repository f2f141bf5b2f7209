import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, TestDirectory } from '../sources/tailWorld.ts';

/** The command line as it ships; `npm test` builds it first. */
const script = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist', 'cli.cjs');

/** What a run of the command line left. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Standard input; empty if missing. */
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  /** Variables beside those that every run has. */
  readonly env?: Readonly<Record<string, string>>;
  /** Instead of the Node that runs the tests. */
  readonly node?: string;
  /** As a user who may not read everything, where the tests run as root. */
  readonly isOrdinary?: boolean;
}

/** Another Node of this machine than the one that runs the tests, such as the system's; undefined = there is none. */
export function otherNode(): string | undefined {
  return ['/usr/local/bin/node', '/usr/bin/node'].find(
    (path) => path !== process.execPath && existsSync(path),
  );
}

/** A new folder to run it in, which an ordinary user may look into as well. */
export function commandHome(): TestDirectory {
  const directory = new TestDirectory();
  chmodSync(directory.path, 0o755);
  return directory;
}

/** The command line in a process of its own, whose home folder is `home`. */
export class CommandLine {
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  /** Runs it to its end. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const running = this.start(args, options);
    running.child.stdin.end(options.input ?? '');
    return running.ended;
  }

  /** Starts it; its standard input stays open. */
  start(
    args: readonly string[],
    { cwd, env: more, node = process.execPath, isOrdinary = false }: RunOptions = {},
  ): RunningCommand {
    const env = {
      PATH: process.env['PATH'],
      HOME: this.#home,
      PGRX_HOME: join(this.#home, 'pgrx'),
      TZ: 'UTC',
      ...more,
    };
    const command = isOrdinary ? ['-e', asOrdinary, script] : [script];
    return new RunningCommand(spawn(node, [...command, ...args], { cwd: cwd ?? this.#home, env }));
  }
}

/** Runs a script with the rights of an ordinary user: read first, as the checkout may lie where only root may look. */
const asOrdinary = `
  const Module = require('node:module');
  const [, path] = process.argv;
  const script = new Module(path);
  script.filename = path;
  const source = require('node:fs').readFileSync(path, 'utf8');
  if (process.getuid?.() === 0) { process.setgroups([]); process.setgid(65534); process.setuid(65534); }
  script._compile(source, path);`;

/** A run that goes on. */
export class RunningCommand {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Outcome>;
  stdout = '';
  stderr = '';

  constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    // it may end before it has read its input
    child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  /** Waits until it has printed so many lines. */
  lines(count: number): Promise<void> {
    return eventually(
      () => this.stdout.split('\n').length > count,
      () => `${count} lines: ${this.stdout}${this.stderr}`,
    );
  }
}
