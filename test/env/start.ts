// npm start: a PostgreSQL server with a small, lively workload, and an editor whose extension follows its log.
//   --browser   the editor in a browser, also where desktop VS Code is there
//   --port N    the server's port: the first free one at or above N
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';

import { checkout } from './checkout.ts';
import { demoFolder, runDemoWorkload, startDemoServer } from './demoWorkload.ts';
import { startEditor } from './editor.ts';
import { editorSettings } from './editorSettings.ts';
import { packedExtension } from './packedExtension.ts';
import { freshDirectory, runDirectory } from './runDirectory.ts';

interface Arguments {
  readonly browser: boolean;
  /** Any when undefined. */
  readonly port: number | undefined;
}

interface OpenEditor {
  /** Resolves when the user closes it. In a browser nobody can tell: it never does. */
  readonly closed: Promise<void>;
  dispose(): Promise<void>;
}

const run = promisify(execFile);
const onWindows = process.platform === 'win32';
const endBoundMs = 5_000;

await main();

async function main(): Promise<void> {
  const stopping = stopOnSignals();
  try {
    await start(parseArguments(), stopping);
  } catch (error) {
    // What a Ctrl+C interrupts may fail because of it.
    if (stopping.signal.aborted) return;
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

function parseArguments(): Arguments {
  const { values } = parseArgs({ options: { browser: { type: 'boolean' }, port: { type: 'string' } } });
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port ${values.port ?? ''}: a port is a number up to 65535. 0 takes any free one.`);
  }
  return { browser: values.browser ?? false, port: port === 0 ? undefined : port };
}

/** Aborted by the first Ctrl+C (or SIGTERM, or the terminal's end). The second one does not wait for anybody. */
function stopOnSignals(): AbortController {
  const stopping = new AbortController();
  // Makes the folder and listens for signals, to end at once; we take more time.
  runDirectory();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => (stopping.signal.aborted ? process.exit(130) : stopping.abort()));
  }
  // A terminal that is gone takes no more lines.
  process.stdout.on('error', () => undefined);
  return stopping;
}

/** Resolves when all that was started has ended and its files are gone. */
async function start({ browser, port }: Arguments, stopping: AbortController): Promise<void> {
  const { signal } = stopping;
  const cleanUps: (() => Promise<void>)[] = [];
  try {
    const server = await startDemoServer(port);
    cleanUps.push(() => server.dispose());
    console.log(
      `PostgreSQL ${server.version} runs on 127.0.0.1:${server.port} with a small, lively workload.`,
    );
    console.log(`Its log: ${server.logFile}`);
    const workload = runDemoWorkload(server, { signal });
    const workloadEnded = workload.catch(() => undefined);
    cleanUps.push(() => workloadEnded);
    signal.throwIfAborted();
    const version = browser ? undefined : await desktopVersion();
    const editor = await (version === undefined
      ? openBrowserEditor(server.logFile)
      : openDesktop(server.logFile, version));
    cleanUps.push(() => editor.dispose());
    console.log(
      'Its view is behind the plug in the activity bar. Ctrl+C stops everything and leaves nothing behind.',
    );
    await Promise.race([workload, editor.closed]);
  } finally {
    stopping.abort();
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

async function openBrowserEditor(logFile: string): Promise<OpenEditor> {
  console.log('Packing the extension and starting the editor …');
  const vsix = await packedExtension();
  const editor = await startEditor({ vsix, folder: demoFolder(logFile) });
  console.log(`Open ${editor.url} in a browser.`);
  return { closed: new Promise(() => undefined), dispose: () => editor.dispose() };
}

/**
 * The version of the `code` on the PATH if that is a desktop's which can show this extension. A remote window's
 * terminal has a `code` too, which opens files there, and so has a machine with the tunnel's command only.
 */
async function desktopVersion(): Promise<string | undefined> {
  const { VSCODE_IPC_HOOK_CLI, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (VSCODE_IPC_HOOK_CLI !== undefined) return undefined;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return undefined;
  const command = run(onWindows ? 'code.cmd' : 'code', ['--version'], { shell: onWindows, timeout: 20_000 });
  const { stdout } = await command.catch(() => ({ stdout: '' }));
  const version = /^(\d+\.\d+)\.\d+\S*\r?\n[0-9a-f]{40}\r?\n/.exec(stdout)?.[1];
  if (version === undefined || version.localeCompare(oldestVersion(), 'en', { numeric: true }) >= 0)
    return version;
  console.log(`The desktop VS Code is ${version}, which is too old for the extension.`);
  return undefined;
}

/** Like `1.103`. */
function oldestVersion(): string {
  const manifest = readFileSync(join(checkout, 'package.json'), 'utf8');
  return /"vscode": "\^(\d+\.\d+)/.exec(manifest)?.[1] ?? '';
}

/** A desktop window of its own, with nothing of the user's in it, that has the extension from the checkout. */
function openDesktop(logFile: string, version: string): OpenEditor {
  console.log(`Opening VS Code ${version}. Closing its window stops everything too.`);
  const directory = freshDirectory('d');
  mkdirSync(join(directory, 'User'));
  writeFileSync(join(directory, 'User/settings.json'), JSON.stringify(editorSettings, undefined, 2));
  const args = [
    '--wait',
    '--new-window',
    '--skip-welcome',
    `--user-data-dir=${directory}`,
    `--extensions-dir=${join(directory, 'extensions')}`,
    `--extensionDevelopmentPath=${checkout}`,
    demoFolder(logFile),
  ];
  const ours = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_|npm_)/.test(name));
  const env = Object.fromEntries(ours);
  const cli = onWindows
    ? spawn(['code.cmd', ...args.map((arg) => `"${arg}"`)].join(' '), { stdio: 'ignore', shell: true, env })
    : spawn('code', args, { stdio: 'ignore', env });
  const closed = new Promise<void>((resolve) =>
    cli.once('exit', () => resolve()).once('error', () => resolve()),
  );
  return { closed, dispose: () => endDesktop(cli, directory) };
}

/** `code` has started the application apart from itself; code.lock in the user data has the application's pid. */
async function endDesktop(cli: ChildProcess, directory: string): Promise<void> {
  const lock = join(directory, 'code.lock');
  const justStarted = () => cli.signalCode !== null || cli.exitCode === null || cli.exitCode > 128;
  const deadline = Date.now() + endBoundMs;
  while (!existsSync(lock) && justStarted() && Date.now() < deadline) await delay(50);
  cli.kill();
  const pid = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : NaN;
  if (pid > 0) await endProcess(pid);
  await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

async function endProcess(pid: number): Promise<void> {
  const deadline = Date.now() + endBoundMs;
  try {
    process.kill(pid, 'SIGTERM');
    while (Date.now() < deadline) {
      await delay(50);
      process.kill(pid, 0);
    }
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
