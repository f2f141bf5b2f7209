import { readFileSync } from 'node:fs';

import { newsOf, type Told } from '../../src/core/dashboardNews.ts';
import { pageStrings } from '../../src/core/report/pageStrings.ts';
import type { DashboardSnapshot } from '../../src/core/snapshot/dashboard.ts';
import type { FromPage, ToPage } from '../../src/protocol/pageMessages.ts';
import { pageHtml } from '../../src/views/dashboardHtml.ts';
import { packedExtension, packedFile } from '../env/packedExtension.ts';
import type { Browser, BrowserContextOptions, Page } from '../env/workbench.ts';
import { eventuallyEqual } from './eventually.ts';

/** Where the page's own files are; nothing else is served, and nothing leaves the machine. */
const origin = 'http://127.0.0.1:1';
const nonce = 'nonceOfThisPage';

/** The page as the editor shows it, with the editor's side in our hands. */
export interface DashboardUnderTest {
  readonly page: Page;
  /** What the page broke or what broke in it. */
  readonly errors: readonly string[];
  readonly sent: readonly FromPage[];
  /** Sends what the editor sends; of a snapshot only what differs from the one before, as the editor does. */
  readonly show: (message: Shown) => Promise<void>;
}

type Shown =
  | Exclude<ToPage, { type: 'dashboard' }>
  | { readonly type: 'dashboard'; readonly snapshot: DashboardSnapshot };

/** What the page finds in place of the editor's objects. */
interface PageGlobals {
  acquireVsCodeApi: () => unknown;
  told: (message: FromPage) => void;
  postMessage: (message: ToPage) => void;
}

/** Opens the page in a tab of its own, outside of the editor. It has said that it is ready, and has its texts. */
export async function openDashboard(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<DashboardUnderTest> {
  await packedExtension();
  const page = await browser.newPage({ viewport: { width: 920, height: 600 }, locale: 'en-US', ...options });
  const errors: string[] = [];
  const sent: FromPage[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.exposeFunction('told', (message: FromPage) => sent.push(message));
  await page.addInitScript(() => {
    const globals = globalThis as unknown as PageGlobals;
    globals.acquireVsCodeApi = () => ({
      postMessage: (message: FromPage) => globals.told(message),
      getState: () => undefined,
      setState: () => undefined,
    });
  });
  const parts = {
    nonce,
    cspSource: origin,
    scriptUri: `${origin}/webview.js`,
    styleUri: `${origin}/page.css`,
    lang: 'en',
  };
  const files: Readonly<Record<string, () => [type: string, body: string]>> = {
    '/': () => ['text/html', pageHtml(parts)],
    '/webview.js': () => ['text/javascript', readFileSync(packedFile('dist/webview.js'), 'utf8')],
    '/page.css': () => ['text/css', readFileSync(packedFile('dist/dashboard.css'), 'utf8')],
  };
  await page.route('**/*', async (route) => {
    const file = files[new URL(route.request().url()).pathname];
    if (!file) return route.fulfill({ status: 404 });
    const [contentType, body] = file();
    return route.fulfill({ contentType: `${contentType}; charset=utf-8`, body });
  });
  await page.goto(`${origin}/`);
  await eventuallyEqual(() => Promise.resolve(sent[0]?.type), 'ready');
  const send = (message: ToPage): Promise<void> =>
    page.evaluate((news) => (globalThis as unknown as PageGlobals).postMessage(news), message);
  let told: Told | undefined;
  const show = (message: Shown): Promise<void> => {
    if (message.type === 'nothing') told = undefined;
    if (message.type !== 'dashboard') return send(message);
    const { snapshot } = message;
    const news = newsOf(told, snapshot, (told?.number ?? 0) + 1);
    told = { number: news.number, snapshot };
    return send({ type: 'dashboard', news });
  };
  await show({ type: 'strings', strings: pageStrings, locale: 'en' });
  return { page, errors, sent, show };
}
