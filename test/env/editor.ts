import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { glob, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { editorSettings } from './editorSettings.ts';
import { freePort } from './freePort.ts';
import { freshDirectory } from './runDirectory.ts';

const run = promisify(execFile);
const serverMain = fileURLToPath(
  new URL('node_modules/code-server/lib/vscode/out/server-main.js', import.meta.url),
);
const startBoundMs = 30_000;
const endBoundMs = 3_000;

export interface EditorOptions {
  /** A packed extension to install before the start. */
  readonly vsix?: string;
  /** User settings over those of `editorSettings`, which wait for nothing and ask nothing. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Reaches the extension host. HOME is an empty folder unless given here. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder that is open in the window; by default an empty one. */
  readonly folder?: string;
  /**
   * An extension taken from its folder and the module whose `run()` is called in its extension host. Such a
   * window has the smoke-test driver, which hides notification toasts: UI tests use `vsix` instead.
   */
  readonly tests?: { readonly developmentPath: string; readonly testsPath: string };
}

/** A VS Code server on 127.0.0.1 with nothing of the user's in it; a browser that opens `url` is its window. */
export class Editor {
  readonly url: string;
  readonly folder: string;
  readonly #directory: string;
  readonly #process: ChildProcess;
  readonly #exited: Promise<void>;

  /** Use `startEditor`. */
  constructor(options: EditorOptions, directory: string, port: number) {
    this.#directory = directory;
    this.folder = options.folder ?? join(directory, 'folder');
    this.url = workbenchUrl(port, this.folder, options.tests);
    this.#process = spawnServer(directory, port, options);
    const killNow = () => this.#signal('SIGKILL');
    process.prependListener('exit', killNow);
    this.#exited = new Promise((resolve) => {
      this.#process.once('exit', () => {
        process.removeListener('exit', killNow);
        resolve();
      });
    });
  }

  /** Resolves when the server answers; fails with its log when it does not. */
  async waitUntilReady(): Promise<void> {
    const deadline = Date.now() + startBoundMs;
    const version = new URL('/version', this.url);
    while (!(await answers(version))) {
      if (!this.#isRunning() || Date.now() > deadline) {
        throw new Error(`The VS Code server did not start:\n${await this.logs()}`);
      }
      await delay(20);
    }
  }

  /** What the server and its extension hosts wrote so far; worth printing when a test failed. */
  async logs(): Promise<string> {
    const files = [join(this.#directory, 'server.log')];
    const pattern = 'data/logs/**/remoteexthost.log';
    for await (const file of glob(pattern, { cwd: this.#directory })) files.push(join(this.#directory, file));
    return files.map((file) => `--- ${file}\n${readFileSync(file, 'utf8')}`).join('\n');
  }

  /** Ends the server with its extension hosts and removes all it wrote. */
  async dispose(): Promise<void> {
    if (this.#isRunning()) {
      this.#signal('SIGTERM');
      const killTimer = setTimeout(() => this.#signal('SIGKILL'), endBoundMs);
      await this.#exited;
      clearTimeout(killTimer);
    }
    this.#signal('SIGKILL');
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  #isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** To the whole group: the server, its extension hosts and what they started. */
  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, signal);
    } catch {
      // The group has ended.
    }
  }
}

/** Starts a VS Code server (about 0.5 s, with a .vsix to install 1.5 s). */
export async function startEditor(options: EditorOptions = {}): Promise<Editor> {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 22) {
    throw new Error(
      `The VS Code server needs Node 22, this is ${process.version}: start it from an npm script.`,
    );
  }
  const directory = freshDirectory('e');
  for (const name of ['folder', 'home', 'data/User']) mkdirSync(join(directory, name), { recursive: true });
  const settings = { ...editorSettings, ...options.settings };
  writeFileSync(join(directory, 'data/User/settings.json'), JSON.stringify(settings, undefined, 2));
  if (options.vsix !== undefined) await installExtension(directory, options.vsix);
  const editor = new Editor(options, directory, await freePort());
  try {
    await editor.waitUntilReady();
  } catch (error) {
    await editor.dispose();
    throw error;
  }
  return editor;
}

async function installExtension(directory: string, vsix: string): Promise<void> {
  const args = [serverMain, '--server-data-dir', directory, '--install-extension', vsix];
  await run(process.execPath, args, { env: serverEnvironment(directory) });
}

function spawnServer(directory: string, port: number, { env, tests }: EditorOptions): ChildProcess {
  const log = openSync(join(directory, 'server.log'), 'a');
  const args = ['--host', '127.0.0.1', '--port', String(port), '--server-data-dir', directory];
  const consents = [
    '--without-connection-token',
    '--accept-server-license-terms',
    '--telemetry-level',
    'off',
  ];
  const driver = tests ? ['--enable-smoke-test-driver'] : [];
  const child = spawn(process.execPath, [serverMain, ...args, ...consents, ...driver], {
    env: { ...serverEnvironment(directory), ...env },
    stdio: ['ignore', log, log],
    detached: process.platform !== 'win32',
  });
  closeSync(log);
  return child;
}

/** No gallery, and sockets and temporary files where they are removed with the rest. */
function serverEnvironment(directory: string): NodeJS.ProcessEnv {
  const ours = Object.entries(process.env).filter(
    ([name]) => !/^(PG|VSCODE_|ELECTRON_|NODE_|npm_)/.test(name),
  );
  return {
    ...Object.fromEntries(ours),
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    TMPDIR: directory,
    XDG_RUNTIME_DIR: directory,
    HOME: join(directory, 'home'),
  };
}

function workbenchUrl(port: number, folder: string, tests: EditorOptions['tests']): string {
  const remote = (path: string) => `vscode-remote://127.0.0.1:${port}${pathToFileURL(path).pathname}`;
  const payload = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  if (tests) {
    payload.push(['extensionDevelopmentPath', remote(tests.developmentPath)]);
    payload.push(['extensionTestsPath', remote(tests.testsPath)]);
  }
  const query = new URLSearchParams({
    folder: pathToFileURL(folder).pathname,
    payload: JSON.stringify(payload),
  });
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}

async function answers(url: URL): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
