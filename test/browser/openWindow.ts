import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
  #settings: Settings;

  /** Use `openWindow`. */
  constructor(workbench: Workbench, editor: Editor, settings: Settings) {
    this.workbench = workbench;
    this.#editor = editor;
    this.#settings = settings;
    workbench.page.on('console', (message) => {
      if (message.type() === 'error' && isOfPage(message)) this.consoleErrors.push(message.text());
    });
  }

  /** Writes the folder's settings file; the editor reads it a moment later. Undefined removes a setting. */
  set(change: Settings): void {
    this.#settings = { ...this.#settings, ...change };
    writeFileSync(settingsFile(this.#editor.folder), JSON.stringify(this.#settings, undefined, 2));
  }

  /** Pictures of the window as it is, in a dark and in a light theme; ends in the dark one. */
  async pictures(name: string): Promise<void> {
    await this.#rest();
    await this.workbench.screenshot(`${name}-dark`);
    await this.#useTheme(themes[1]);
    await this.workbench.screenshot(`${name}-light`);
    await this.#useTheme(themes[0]);
  }

  /** What the window looks like now, for whoever asks why a test failed. */
  pictureOfFailure(title: string): Promise<string> {
    return this.workbench.screenshot(`failed-${title.replaceAll(/\W+/g, '-')}`);
  }

  /** Worth printing when a test failed. */
  logs(): Promise<string> {
    return this.#editor.logs();
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
    await this.#rest();
  }

  /** Takes the pointer off everything, and waits until nothing moves on the screen any more. */
  async #rest(): Promise<void> {
    const { page } = this.workbench;
    await page.mouse.move(1040, 18);
    let before = '';
    await until('nothing moves any more', async () => {
      const now = (await page.screenshot({ animations: 'disabled' })).toString('base64');
      const same = now === before;
      before = now;
      return same || undefined;
    });
  }
}

/** Opens a folder with these settings in a window of its own editor (about five seconds). */
export async function openWindow(
  browser: Browser,
  settings: Settings,
  env: Readonly<Record<string, string>> = {},
): Promise<TestWindow> {
  const folder = join(freshDirectory('w'), 'demo');
  mkdirSync(join(folder, '.vscode'), { recursive: true });
  writeFileSync(settingsFile(folder), JSON.stringify(settings, undefined, 2));
  const editor = await startEditor({ vsix: await packedExtension(), folder, env });
  try {
    return new TestWindow(await openWorkbench(browser, editor), editor, settings);
  } catch (error) {
    await editor.dispose();
    throw error;
  }
}

const settingsFile = (folder: string): string => join(folder, '.vscode/settings.json');

/** Of a webview rather than of the editor's own scripts. */
function isOfPage(message: ConsoleMessage): boolean {
  return /webview|Content Security Policy/i.test(`${message.location().url} ${message.text()}`);
}
