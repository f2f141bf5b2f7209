import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { launchBrowser } from '../env/browser.ts';
import { startEditor, type Editor } from '../env/editor.ts';
import { packedExtension } from '../env/packedExtension.ts';
import { freshDirectory } from '../env/runDirectory.ts';
import { until } from '../env/scenario/until.ts';
import { openWorkbench, type Browser, type ConsoleMessage, type Workbench } from '../env/workbench.ts';

/** Settings as in settings.json, by their full names. */
export type Settings = Readonly<Record<string, unknown>>;

const themes = [
  { theme: 'Dark Modern', suffix: 'dark', editorClass: 'vs-dark' },
  { theme: 'Light Modern', suffix: 'light', editorClass: 'vs' },
] as const;

/** A window of the real editor with the packed extension, and the settings of its folder. */
export class TestWindow {
  readonly workbench: Workbench;
  /** Errors on the console of the window and of the pages in it, but for those of the editor itself. */
  readonly consoleErrors: string[] = [];
  readonly #editor: Editor;
  #settings: Settings = {};
  #hasFailed = false;

  /** Use `openWindow`. */
  constructor(workbench: Workbench, editor: Editor) {
    this.workbench = workbench;
    this.#editor = editor;
    workbench.page.on('console', (message) => {
      if (message.type() === 'error' && isOfPage(message)) this.consoleErrors.push(message.text());
    });
  }

  /** Writes the folder's settings file; the editor reads it a moment later. Undefined removes a setting. */
  set(change: Settings): void {
    this.#settings = { ...this.#settings, ...change };
    writeSettings(this.#editor.folder, this.#settings);
  }

  /** Pictures of the window as it is, in a dark and in a light theme; ends in the dark one. */
  async pictures(name: string): Promise<void> {
    await this.#restAsIn(`${name}-dark`);
    await this.#useTheme(themes[1]);
    await this.#restAsIn(`${name}-light`);
    await this.#useTheme(themes[0]);
  }

  /** What the window looks like now, for whoever asks why a test failed. No other test has this window after that. */
  pictureOfFailure(title: string): Promise<string> {
    this.#hasFailed = true;
    return this.workbench.screenshot(`failed-${title.replaceAll(/\W+/g, '-')}`);
  }

  /** Worth printing when a test failed. */
  logs(): Promise<string> {
    return this.#editor.logs();
  }

  /** Makes it look as a fresh one does, with only these settings. */
  async begin(settings: Settings): Promise<void> {
    this.consoleErrors.length = 0;
    this.#settings = {};
    this.set(settings);
    const { workbench } = this;
    await workbench.reset();
    if (await workbench.page.locator('.part.panel').isVisible())
      await workbench.runCommand('View: Toggle Panel Visibility');
    await workbench.openView('Connections');
    for (const [name, isOpen] of Object.entries({ Active: true, Failures: true, Server: false }))
      await workbench.foldView(name, isOpen ? 'open' : 'folded');
  }

  /** Leaves it to the next test file, following nothing; ends it where a test has failed in it. */
  async release(): Promise<void> {
    if (this.#hasFailed) return endShared();
    this.#settings = { 'pgConnections.log': join(this.#editor.folder, 'none.log') };
    this.set({});
    await this.workbench.reset();
  }

  async dispose(): Promise<void> {
    await this.workbench.close();
    await this.#editor.dispose();
  }

  async #useTheme({ theme, suffix, editorClass }: (typeof themes)[number]): Promise<void> {
    this.set({ 'workbench.colorTheme': theme });
    const { page } = this.workbench;
    await page.locator(`.monaco-workbench.${editorClass}`).waitFor();
    if ((await page.locator('iframe.webview.ready').count()) > 0)
      await this.workbench.webviewFrame().locator(`body.vscode-${suffix}`).waitFor();
  }

  /** Takes the pointer off everything, and waits until nothing moves on the screen any more: as in that picture. */
  async #restAsIn(name: string): Promise<void> {
    await this.workbench.page.mouse.move(1040, 18);
    let before = Buffer.alloc(0);
    await until(
      'nothing moves any more',
      async () => {
        const now = readFileSync(await this.workbench.screenshot(name));
        const same = now.equals(before);
        before = now;
        return same || undefined;
      },
      60,
    );
  }
}

let browser: Promise<Browser> | undefined;
let shared: Promise<TestWindow> | undefined;

/** The browser of all test files: started with the first. */
export function sharedBrowser(): Promise<Browser> {
  return (browser ??= launchBrowser());
}

/**
 * A window that has a folder with these settings, of an editor with the packed extension. The first takes about ten
 * seconds; the next test file has the same, once it is released, and as if it were fresh.
 */
export async function openWindow(settings: Settings): Promise<TestWindow> {
  const isFresh = shared === undefined;
  shared ??= openFresh(settings);
  const window = await shared.catch((error: unknown) => {
    shared = undefined;
    throw error;
  });
  if (!isFresh) await window.begin(settings);
  return window;
}

async function openFresh(settings: Settings): Promise<TestWindow> {
  const folder = join(freshDirectory('w'), 'demo');
  mkdirSync(join(folder, '.vscode'), { recursive: true });
  writeSettings(folder, settings);
  const editor = await startEditor({ vsix: await packedExtension(), folder });
  try {
    const window = new TestWindow(await openWorkbench(await sharedBrowser(), editor), editor);
    window.set(settings);
    return window;
  } catch (error) {
    await editor.dispose();
    throw error;
  }
}

async function endShared(): Promise<void> {
  const window = await shared?.catch(() => undefined);
  shared = undefined;
  await window?.dispose();
}

after(async () => {
  await endShared();
  await (await browser)?.close();
});

function writeSettings(folder: string, settings: Settings): void {
  writeFileSync(join(folder, '.vscode/settings.json'), JSON.stringify(settings, undefined, 2));
}

/** Of a webview rather than of the editor's own scripts. */
function isOfPage(message: ConsoleMessage): boolean {
  return /webview|Content Security Policy/i.test(`${message.location().url} ${message.text()}`);
}
