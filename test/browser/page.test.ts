import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { pageStrings } from '../../src/core/report/pageStrings.ts';
import { sentence } from '../../src/core/sentence.ts';
import { noFilter } from '../../src/core/session/filter.ts';
import type { DashboardSnapshot, FeedRow, HistoryColumns } from '../../src/core/snapshot.ts';
import type { FromPage, ToPage } from '../../src/protocol.ts';
import { dashboardHtml } from '../../src/views/dashboardHtml.ts';
import { launchBrowser } from '../env/browser.ts';
import { checkout } from '../env/checkout.ts';
import { packedExtension } from '../env/packedExtension.ts';
import { eventuallyEqual } from './eventually.ts';
import { hostile } from './shop.ts';

/** Where the page's own files are; nothing else is served, and nothing leaves the machine. */
const origin = 'http://127.0.0.1:1';
const nonce = 'nonceOfThisPage';
const minuteMs = 60_000;
const now = Date.UTC(2025, 9, 24, 14, 30);

/** The page as the editor shows it, with the editor's side in our hands. */
interface DashboardUnderTest {
  readonly page: Page;
  /** What the page broke or what broke in it. */
  readonly errors: readonly string[];
  readonly sent: readonly FromPage[];
  show(message: ToPage): Promise<void>;
}

/** What the page finds in place of the editor's objects. */
interface PageGlobals {
  acquireVsCodeApi: () => unknown;
  told: (message: FromPage) => void;
  postMessage: (message: ToPage) => void;
}

async function openDashboard(browser: Browser, options: BrowserContextOptions = {}): Promise<DashboardUnderTest> {
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
  const parts = { nonce, cspSource: origin, scriptUri: `${origin}/webview.js`, styleUri: `${origin}/page.css`, lang: 'en' };
  const files: Readonly<Record<string, () => [type: string, body: string]>> = {
    '/': () => ['text/html', dashboardHtml(parts)],
    '/webview.js': () => ['text/javascript', readFileSync(join(checkout, 'dist/webview.js'), 'utf8')],
    '/page.css': () => ['text/css', readFileSync(join(checkout, 'media/dashboard.css'), 'utf8')],
  };
  await page.route('**/*', async (route) => {
    const file = files[new URL(route.request().url()).pathname];
    if (!file) return route.fulfill({ status: 404 });
    const [contentType, body] = file();
    return route.fulfill({ contentType: `${contentType}; charset=utf-8`, body });
  });
  await page.goto(`${origin}/`);
  await eventuallyEqual(() => Promise.resolve(sent[0]?.type), 'ready');
  const show = (message: ToPage): Promise<void> =>
    page.evaluate((news) => (globalThis as unknown as PageGlobals).postMessage(news), message);
  await show({ type: 'strings', strings: pageStrings, locale: 'en' });
  return { page, errors, sent, show };
}

const history: HistoryColumns = {
  bucketMinutes: 15,
  startAt: [0, 1, 2, 3].map((bucket) => now - (4 - bucket) * 15 * minuteMs),
  connects: [5, 3, 0, 2],
  disconnects: [1, 2, 0, 3],
  lost: [0, 0, 0, 1],
  failures: [0, 2, 0, 0],
  maxActive: [4, 6, 5, 5],
  active: [4, 5, 5, 3],
};

function snapshot(change: Partial<DashboardSnapshot> = {}): DashboardSnapshot {
  const totals = { connects: 10, disconnects: 6, lost: 1, failures: 2, endings: 0, problems: 0, replicationConnects: 0 };
  return {
    status: {
      sourceId: 'log',
      log: { id: 'log', kind: 'path', running: true, path: '/var/log/postgresql.log', settings: {}, connectionLogging: 'on' },
      state: 'following',
      readBytes: 10,
      totalBytes: 10,
      warnings: [],
      activeIs: 'exact',
      active: 3,
      activeReplication: 0,
      totals,
      newFailures: 0,
      filter: noFilter,
      activeFiltered: 3,
      canUndoClear: false,
      version: 1,
    },
    scope: 'hour',
    now,
    history,
    totals,
    active: 3,
    restartsAt: [],
    feed: [],
    ...change,
  };
}

const row = (id: number, change: Partial<FeedRow>): FeedRow => ({ id, sign: '+', at: now, ...change });

describe('the dashboard page', () => {
  let browser: Browser;
  before(async () => {
    await packedExtension();
    browser = await launchBrowser();
  });
  after(() => browser.close());

  it('shows names and messages as text, and breaks no Content Security Policy', async () => {
    const { page, errors, show } = await openDashboard(browser);
    const { user, database, application } = hostile;
    const message = '<script>document.title = "run"</script> <b style="color:red">bold</b>';
    const feed = [
      row(1, { user, database, applicationName: application, remoteHost: '<i>host</i>' }),
      row(2, { sign: '!', user, database, message }),
    ];
    const status = { ...snapshot().status, filter: { ...noFilter, application: [application] } };
    await show({ type: 'dashboard', snapshot: snapshot({ feed, status }) });
    const rows = page.locator('.rows li');
    await eventuallyEqual(() => rows.count(), 2);
    assert.ok((await rows.first().innerText()).includes(application));
    assert.ok((await rows.first().innerText()).includes(String.raw`eve\u{202e}nimda\x1b[31m@`));
    assert.ok((await rows.last().innerText()).includes(message));
    await page.getByText(`Filter: application ${application}`).waitFor();
    assert.equal(await page.locator('img, b[style], i:not(.swatch), a, iframe').count(), 0);
    assert.equal(await page.title(), 'Connections');
    assert.deepEqual(errors, []);
    await page.close();
  });

  it('is drawn where the system names a locale that Intl refuses', async () => {
    const { page, errors, show } = await openDashboard(browser, { locale: 'en-US@posix' });
    await show({ type: 'dashboard', snapshot: snapshot() });
    await page.locator('canvas').waitFor();
    assert.deepEqual(errors, []);
    await page.close();
  });

  it('asks for the log at a refused login, and for another part of the history', async () => {
    const { page, sent, show } = await openDashboard(browser);
    await show({ type: 'dashboard', snapshot: snapshot({ feed: [row(7, { sign: '!', message: 'no' })] }) });
    await page.locator('.rows li button.cells').click();
    await page.getByRole('combobox', { name: 'Time shown' }).selectOption('day');
    await eventuallyEqual(() => Promise.resolve(sent.slice(1)), [
      { type: 'open', sourceId: 'log', troubleId: 7 },
      { type: 'scope', sourceId: 'log', scope: 'day' },
    ]);
    await page.close();
  });

  it('is read with the keyboard, one interval after the other', async () => {
    const { page, show } = await openDashboard(browser, { timezoneId: 'UTC' });
    await show({ type: 'dashboard', snapshot: snapshot() });
    const chart = page.getByRole('slider');
    await chart.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    assert.match((await chart.getAttribute('aria-valuetext')) ?? '', /^13:45 – 14:00: 5 active, at most 6, 3 connects/);
    await page.close();
  });

  it('holds still while older rows are read, and counts what is new', async () => {
    const { page, show } = await openDashboard(browser);
    const rows = (count: number): FeedRow[] =>
      Array.from({ length: count }, (_, id) => row(id + 1, { user: `u${id + 1}` }));
    await show({ type: 'dashboard', snapshot: snapshot({ feed: rows(100) }) });
    await page.getByText('u100').waitFor();
    await page.getByRole('button', { name: 'Following' }).click();
    await show({ type: 'dashboard', snapshot: snapshot({ feed: rows(103) }) });
    await page.getByRole('button', { name: 'Follow (3 new)' }).click();
    await page.getByText('u103').waitFor();
    await page.close();
  });

  it('says what the numbers cannot tell, and what nothing is followed for', async () => {
    const { page, sent, show } = await openDashboard(browser);
    const { status } = snapshot();
    const log = { ...status.log, connectionLogging: 'off' as const };
    const warnings = [sentence('The log begins in the middle.')];
    await show({
      type: 'dashboard',
      snapshot: snapshot({ status: { ...status, log, warnings, activeIs: 'unknown' } }),
    });
    await page.getByText('The log begins in the middle.').waitFor();
    assert.match(await page.locator('.figure.active').innerText(), /^\?/);
    await page.getByRole('button', { name: 'Turn On Connection Logging' }).click();
    await show({ type: 'nothing', sentence: '/x.log does not exist: check the path.' });
    await page.getByText('/x.log does not exist: check the path.').waitFor();
    await page.getByRole('button', { name: 'Choose Log' }).click();
    await eventuallyEqual(() => Promise.resolve(sent.slice(1)), [
      { type: 'command', command: 'turnOnLogging' },
      { type: 'command', command: 'chooseLog' },
    ]);
    await page.close();
  });

  for (const [width, height] of [
    [300, 600],
    [920, 240],
    [1600, 900],
  ] as const) {
    it(`fits into ${width} × ${height}`, async () => {
      const { page, show } = await openDashboard(browser, { viewport: { width, height } });
      const feed = [row(1, { user: 'app', database: 'shop', remoteHost: '10.0.0.7' })];
      await show({ type: 'dashboard', snapshot: snapshot({ feed }) });
      await page.locator('canvas').waitFor();
      const overflow = await page
        .locator('body')
        .evaluate((body: { scrollWidth: number; clientWidth: number }) => body.scrollWidth - body.clientWidth);
      assert.equal(overflow, 0);
      await page.screenshot({ path: join(checkout, `out/pictures/page-${width}x${height}.png`) });
      await page.close();
    });
  }
});
