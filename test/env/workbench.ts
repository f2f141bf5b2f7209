import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { basename, join } from 'node:path';

import { checkout } from './checkout.ts';
import type { Editor } from './editor.ts';
import { until } from './scenario/until.ts';

/** For the tests, from whose folders the library itself is not found. */
export type {
  Browser,
  BrowserContextOptions,
  ConsoleMessage,
  FrameLocator,
  Locator,
  Page,
} from 'playwright-core';

const pictures = join(checkout, 'out/pictures');

/** A row of a tree view as a screen reader hears it. */
export interface TreeRow {
  /** The accessible name: label and description, or the row's own accessibility label. */
  readonly label: string;
  /** 1 for a row at the root. */
  readonly level: number;
  /** Undefined where there is nothing to expand. */
  readonly expanded: boolean | undefined;
}

/** A window of the editor, driven as a person does: by what is on the screen, found by role and name. */
export class Workbench {
  readonly page: Page;

  /** Use `openWorkbench`. */
  constructor(page: Page) {
    this.page = page;
  }

  /** Shows the views of an activity bar item by its title; leaves them shown when they are. */
  async openView(title: string): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name: startsWith(title) });
    await tab.waitFor();
    // A click on the open one would close the side bar.
    if ((await tab.getAttribute('aria-expanded')) !== 'true') await tab.click();
    await this.page.locator('.sidebar .composite.title').getByText(title, { exact: false }).waitFor();
  }

  /** Runs a command by its full title in the command palette, like `View: Close All Editors`. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput().fill(`>${title}`);
    await this.quickPickRow(title).first().click();
  }

  /** The input of the command palette, a quick pick or an input box. */
  quickInput(): Locator {
    return this.page.locator('.quick-input-widget input[type=text]');
  }

  /** The rows of a quick pick whose label begins so; by its text, because the accessible name begins with the icon's. */
  quickPickRow(label: string): Locator {
    return this.page
      .locator('.quick-input-list')
      .getByRole('option')
      .filter({ hasText: startsWith(label) });
  }

  /** Chooses a file by its path in the file dialog of this title. */
  async chooseFile(title: string, path: string): Promise<void> {
    // the input before it is the same one
    await this.page.locator('.quick-input-title').getByText(title).waitFor();
    // until it lists a folder, it puts that one's path into the input
    await this.quickPickRow('..').waitFor();
    await this.quickInput().fill(path);
    await this.quickPickRow(basename(path)).waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** The accessible names of the rows in the open quick pick. */
  async quickPickRows(): Promise<string[]> {
    const rows = await accessibleRows(this.page.locator('.quick-input-list').getByRole('option'));
    return rows.map(({ label }) => label);
  }

  /** A view's part of the side bar or panel, by the view's name. */
  view(name: string): Locator {
    const header = this.page.locator(`.pane-header[aria-label^="${name}"]`);
    return this.page.locator('.pane').filter({ has: header });
  }

  /** A row of a tree view whose accessible name begins so. */
  treeRow(view: string, label: string): Locator {
    return this.view(view).getByRole('treeitem', { name: startsWith(label) });
  }

  /** The rows of a tree view that are on the screen now, top down. */
  treeRows(view: string): Promise<TreeRow[]> {
    return accessibleRows(this.view(view).getByRole('treeitem'));
  }

  /** The status bar item that contains this text. */
  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text });
  }

  /** The notification toast that contains this text; its buttons are found in it by role. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text });
  }

  /** Presses a button of the notification that contains this text; where its toast has gone by itself, in their list. */
  async answerNotification(text: string | RegExp, button: string): Promise<void> {
    const item = this.page
      .locator('.notifications-toasts .notification-list-item, .notifications-center .notification-list-item')
      .filter({ hasText: text })
      .filter({ visible: true })
      .first();
    const press = async (): Promise<true> => {
      if (!(await item.isVisible())) await this.runCommand('Notifications: Show Notifications');
      await item.hover({ timeout: 3000 });
      await item.getByRole('button', { name: button }).click({ timeout: 3000 });
      return true;
    };
    await until(`${button} is pressed`, () => press().catch(() => undefined), 60);
  }

  /** The modal dialog that is open. */
  dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** The texts of the notification toasts shown now. */
  notifications(): Promise<string[]> {
    return this.page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();
  }

  /** Folds a view's part of the side bar, or unfolds it; as it is not, or as is wanted. */
  async foldView(name: string, wanted?: 'open' | 'folded'): Promise<void> {
    const header = this.view(name).locator('.pane-header');
    const is = (await header.getAttribute('aria-expanded')) === 'true' ? 'open' : 'folded';
    // where its title begins: further on there may be its actions
    if (is !== wanted) await header.click({ position: { x: 20, y: 10 } });
  }

  /** Shows what is below a row of a tree; leaves it shown when it is. */
  async unfoldRow(row: Locator): Promise<void> {
    await this.#turnRow(row, true);
  }

  /** Shows nothing of that any more. */
  async foldRow(row: Locator): Promise<void> {
    await this.#turnRow(row, false);
  }

  /** The editor drops a click on a row that is drawn anew meanwhile. */
  async #turnRow(row: Locator, isOpen: boolean): Promise<void> {
    await row.waitFor();
    const is = async (): Promise<boolean> => (await row.getAttribute('aria-expanded')) === String(isOpen);
    await until(`a row is ${isOpen ? 'unfolded' : 'folded'}`, async () => {
      if (await is()) return true;
      await row.click();
      for (let look = 0; look < 20; look += 1) {
        if (await is()) return true;
        await row.page().waitForTimeout(50);
      }
      return undefined;
    });
  }

  /** Points at something until its hover shows a text: the editor drops a hover whose row is drawn anew meanwhile. */
  async pointAt(what: Locator, text: string): Promise<void> {
    const shown = this.page.locator('.monaco-hover:visible').last().getByText(text).first();
    await until(`a hover shows ${text}`, async () => {
      await this.page.mouse.move(0, 0);
      await what.hover();
      return shown.waitFor({ timeout: 3000 }).then(
        () => true,
        () => undefined,
      );
    });
  }

  /** Opens the context menu of something and chooses an entry. */
  async chooseFromMenu(where: Locator, label: string): Promise<void> {
    await where.click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: startsWith(label) }).hover();
    // A menu takes no click in its first tenth of a second, lest the one that opened it choose something.
    await this.page.keyboard.press('Enter');
  }

  /** The number on the icon of an activity bar item; empty where there is none. */
  async badge(title: string): Promise<string> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name: startsWith(title) });
    return (await tab.locator('.badge-content').allInnerTexts()).join('');
  }

  /** The tab of an open editor, where it is the active one. */
  editorTab(label: string): Locator {
    return this.page.locator('.tabs-container .tab.active').filter({ hasText: label });
  }

  /** The line of the cursor in the editor that has the focus, counted from 1. */
  async cursorLine(): Promise<number> {
    const text = await this.statusBarItem(/^Ln \d+/).innerText();
    return Number(/^Ln (\d+)/.exec(text)?.[1]);
  }

  /** The page inside the webview that is shown. */
  webviewFrame(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** Writes out/pictures/`name`.png, 1280 x 800, the same in every run. Gives its path. */
  async screenshot(name: string): Promise<string> {
    const path = join(pictures, `${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled' });
    return path;
  }

  /** Back to a fresh window's look, in a tenth of its time. */
  async reset(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.runCommand('Notifications: Clear All Notifications');
    await this.runCommand('View: Close All Editors');
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** Opens a window of the editor and waits until the workbench is drawn; extensions activate after that. */
export async function openWorkbench(browser: Browser, editor: Editor): Promise<Workbench> {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    // Chromium would take it from the environment, where it may be one that Intl refuses, like en-US@posix.
    locale: 'en-US',
  });
  try {
    await page.goto(editor.url);
    await page.locator('.monaco-workbench .statusbar').waitFor();
  } catch (error) {
    await page.context().close();
    throw error;
  }
  return new Workbench(page);
}

function startsWith(text: string): RegExp {
  return new RegExp(`^\\s*${text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)}`);
}

/** All at the same moment: a row that is gone by the time it is asked would be waited for. */
function accessibleRows(rows: Locator): Promise<TreeRow[]> {
  return rows.evaluateAll((elements: { getAttribute(name: string): string | null }[]) =>
    elements.map((element) => {
      const expanded = element.getAttribute('aria-expanded');
      return {
        label: element.getAttribute('aria-label') ?? '',
        level: Number(element.getAttribute('aria-level')),
        expanded: expanded === null ? undefined : expanded === 'true',
      };
    }),
  );
}
