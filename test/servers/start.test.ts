import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { checkout } from '../env/checkout.ts';
import { freshDirectory } from '../env/servers.ts';

const boundMs = 45_000;

/** A running `npm start`. */
class Start {
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | null>;
  #output = '';

  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#process = spawn(process.execPath, [join(checkout, 'test/env/start.ts'), ...args], {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
    this.#ended = new Promise((resolve) => this.#process.once('close', resolve));
  }

  /** The part of the output in the pattern's parentheses, as soon as it is there. */
  async printed(pattern: RegExp): Promise<string> {
    return until(() => {
      assert.equal(this.#process.exitCode, null, this.#output);
      return pattern.exec(this.#output)?.[1];
    }, `${pattern} in the output`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Its exit code. */
  async end(): Promise<number | null> {
    const code = await this.#ended;
    assert.doesNotMatch(this.#output, /error/i);
    return code;
  }

  /** The ids of the processes it started, and of those that these started. */
  children(): number[] {
    const parents = processes();
    const found = [this.#process.pid];
    for (const pid of found) {
      for (const [child, parent] of parents) if (parent === pid) found.push(child);
    }
    return found.slice(1).filter((pid) => pid !== undefined);
  }

  async dispose(): Promise<void> {
    this.signal('SIGTERM');
    await this.#ended;
  }
}

/** Parents by process id; what is dead and waits for its parent to notice is left out. */
function processes(): Map<number, number> {
  const rows = existsSync('/proc/self/stat') ? processesOfLinux() : processesOfPs();
  return new Map(
    rows.filter(([, , state]) => !state?.startsWith('Z')).map(([pid, ppid]) => [Number(pid), Number(ppid)]),
  );
}

function processesOfPs(): string[][] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' }).split('\n');
  return lines.map((line) => line.trim().split(/\s+/));
}

/** From /proc, as a small Debian has no ps: "pid (name) state ppid …", where the name holds anything. */
function processesOfLinux(): string[][] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [state = '', ppid = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return [[pid, ppid, state]];
      } catch {
        return [];
      }
    });
}

async function until<Value>(probe: () => Value | undefined, what: string): Promise<Value> {
  const deadline = Date.now() + boundMs;
  for (;;) {
    const value = probe();
    if (value !== undefined) return value;
    assert.ok(Date.now() < deadline, `Waited too long for ${what}.`);
    await delay(20);
  }
}

/** The run's temporary folder, by the log's path in it. */
function folderOf(logFile: string): string {
  return dirname(dirname(logFile));
}

function assertGone(pids: readonly number[], folder: string): void {
  const alive = processes();
  assert.deepEqual(
    pids.filter((pid) => alive.has(pid)),
    [],
  );
  assert.ok(!existsSync(folder), `${folder} is left`);
}

/** A `code` that leaves an application behind, as the desktop's does: it writes code.lock and ends when --wait has an end. */
const standInCode = `#!/bin/sh
if [ "$1" = --version ]; then printf '1.200.0\\n%040d\\nx64\\n' 0; exit; fi
for arg; do case "$arg" in --user-data-dir=*) data="\${arg#*=}";; esac; done
sleep 600 >/dev/null 2>&1 &
echo $! > "$data/code.lock"
printf '%s\\n' "$@" > "$(dirname "$0")/arguments"
wait
`;

describe('npm start', function () {
  this.timeout(60_000);
  let start: Start | undefined;

  before(function () {
    // There are neither signals nor ps.
    if (process.platform === 'win32') this.skip();
  });

  afterEach(async () => {
    await start?.dispose();
    start = undefined;
  });

  it('serves the editor in a browser, with a log that grows, and leaves nothing after Ctrl+C', async () => {
    start = new Start(['--browser', '--port', '0'], {});
    const logFile = await start.printed(/^Its log: (.+)\n/m);
    const url = await start.printed(/^Open (http:\S+) in a browser\.\n/m);
    assert.equal((await fetch(url)).status, 200);
    const size = statSync(logFile).size;
    const connection = /connection authorized: user=web database=shop application_name=web-1\n/;
    await until(() => connection.exec(readFileSync(logFile, 'utf8')), 'a connection of the workload');
    await until(() => statSync(logFile).size > size || undefined, 'a longer log');
    const children = start.children();
    assert.ok(children.length >= 3, `postgres, its backends and the editor: ${children.length}`);
    start.signal('SIGINT');
    assert.equal(await start.end(), 0);
    assertGone(children, folderOf(logFile));
  });

  describe('where desktop VS Code is there', () => {
    let bin: string;

    beforeEach(() => {
      bin = freshDirectory('bin');
      writeFileSync(join(bin, 'code'), standInCode, { mode: 0o755 });
      const path = `${bin}${delimiter}${process.env['PATH'] ?? ''}`;
      start = new Start([], { PATH: path, DISPLAY: ':0', VSCODE_IPC_HOOK_CLI: undefined });
    });

    async function openedWith(): Promise<{ logFile: string; args: string[] }> {
      const logFile = await start!.printed(/^Its log: (.+)\n/m);
      const file = join(bin, 'arguments');
      const args = await until(
        () => (existsSync(file) && readFileSync(file, 'utf8')) || undefined,
        'the window',
      );
      return { logFile, args: args.trimEnd().split('\n') };
    }

    function userData(args: readonly string[]): string {
      return args.find((arg) => arg.startsWith('--user-data-dir='))!.split('=')[1]!;
    }

    it('opens a window of its own that follows the log, and ends it with Ctrl+C', async () => {
      const { logFile, args } = await openedWith();
      assert.ok(args.includes(`--extensionDevelopmentPath=${checkout}`));
      const settings: unknown = JSON.parse(readFileSync(join(args.at(-1)!, '.vscode/settings.json'), 'utf8'));
      assert.equal((settings as Record<string, unknown>)['pgConnections.log'], logFile);
      const children = start!.children();
      start!.signal('SIGINT');
      assert.equal(await start!.end(), 0);
      assertGone(children, folderOf(logFile));
    });

    it('ends when the window is closed', async () => {
      const { logFile, args } = await openedWith();
      const children = start!.children();
      process.kill(Number(readFileSync(join(userData(args), 'code.lock'), 'utf8')));
      assert.equal(await start!.end(), 0);
      assertGone(children, folderOf(logFile));
    });
  });
});
