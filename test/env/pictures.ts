// npm run pictures: the README's pictures, taken from the packed extension in the real editor, which follows the log
// of a real server. An hour of it takes three minutes: the workload runs faster than life, and the log's times are
// stretched afterwards. An argument gives other minutes than 60; `server` takes only those of the live server, `pools`
// only those of pools, which need Debian's PgBouncer and SQLAlchemy and are left out where these are not.
import type { Browser, Locator } from 'playwright-core';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { launchBrowser } from './browser.ts';
import { checkout } from './checkout.ts';
import { demoFolder, runDemoWorkload, startDemoServer } from './demoWorkload.ts';
import { startEditor } from './editor.ts';
import { packedExtension } from './packedExtension.ts';
import { withPalette } from './palettePng.ts';
import { sqlalchemyVersion } from './pools/sqlalchemy.ts';
import { poolerVersion } from './pooler.ts';
import { takePoolPicture } from './poolPicture.ts';
import { freshDirectory } from './runDirectory.ts';
import { takeServerPicture } from './serverPicture.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** What a picture is taken of. */
type Shot = Pick<Locator, 'screenshot'>;

const pictures = join(checkout, 'media/pictures');
/** In the home directory. */
const logFile = 'demo/postgres.log';
/** Fewer than in the demo: the interval of a minute with a failure shall stand out. */
const refusedPauseSeconds = [100, 400] as const;
const timeScale = 20;
const minuteMs = 60_000;
const themes = [
  { name: 'Dark Modern', suffix: '' },
  { name: 'Light Modern', suffix: '-light' },
];

/** The log of that many minutes of the workload, while its sessions are still open. */
async function recordLog(minutes: number): Promise<string> {
  const server = await startDemoServer();
  const stopping = new AbortController();
  try {
    const workload = runDemoWorkload(server, { signal: stopping.signal, timeScale, refusedPauseSeconds });
    await Promise.race([workload, delay((minutes * minuteMs) / timeScale)]);
    const log = readFileSync(server.logFile, 'utf8');
    stopping.abort();
    await workload;
    return log;
  } finally {
    stopping.abort();
    await server.dispose();
  }
}

/** The log as it would be had the workload run in real time and reached `endsAt`. */
function stretch(log: string, endsAt: number): string {
  const time = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) UTC/gm;
  const last = [...log.matchAll(time)].at(-1);
  if (!last) throw new Error('The log has no line.');
  const at = (date = '', clock = '') => Date.parse(`${date}T${clock}Z`);
  const lastAt = at(last[1], last[2]);
  return log
    .replace(time, (_, date: string, clock: string) => {
      const stretched = new Date(endsAt - (lastAt - at(date, clock)) * timeScale);
      return stretched.toISOString().replace('T', ' ').replace('Z', ' UTC');
    })
    .replace(/session time: (\d+):(\d\d):(\d\d\.\d{3})/g, (_, ...parts: string[]) => {
      const [hours = 0, minutes = 0, seconds = 0] = parts.map(Number);
      return `session time: ${duration((hours * 3_600 + minutes * 60 + seconds) * timeScale)}`;
    });
}

/** As PostgreSQL writes a session time: `0:01:02.345`. */
function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const clock = `${String(minutes % 60).padStart(2, '0')}:${(seconds % 60).toFixed(3).padStart(6, '0')}`;
  return `${Math.floor(minutes / 60)}:${clock}`;
}

async function takePictures(browser: Browser, home: string, theme: string, suffix: string): Promise<void> {
  const editor = await startEditor({
    vsix: await packedExtension(),
    folder: demoFolder(join(home, logFile)),
    env: { HOME: home },
    settings: {
      'workbench.colorTheme': theme,
      'editor.minimap.enabled': false,
      'breadcrumbs.enabled': false,
    },
  });
  try {
    const workbench = await openWorkbench(browser, editor);
    await arrange(workbench);
    await save(workbench.page.locator('.monaco-workbench'), `sidebar${suffix}`);
    await widenFailures(workbench);
    await save(await filledPart(workbench.view('Failures')), `failures${suffix}`);
    await workbench.runCommand('View: Toggle Panel Visibility');
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommand('Connections: Open Dashboard in Editor');
    await workbench.page.mouse.move(640, 790);
    await workbench.webviewFrame().locator('canvas').first().waitFor();
    await settle(workbench);
    await save(workbench.page.locator('.part.editor'), `dashboard${suffix}`);
    await workbench.close();
  } finally {
    await editor.dispose();
  }
}

/** As somebody has it who works with it: a wider side bar, a higher panel, something expanded. */
async function arrange(workbench: Workbench): Promise<void> {
  await workbench.openView('Connections');
  await workbench.treeRow('Active', 'shop').waitFor();
  await workbench.runCommand('Connections: Show Dashboard');
  await workbench.webviewFrame().locator('canvas').first().waitFor();
  await drag(workbench, { x: 350, y: 300 }, { x: 430, y: 300 });
  await drag(workbench, { x: 900, y: 507 }, { x: 900, y: 300 });
  await workbench.treeRow('Active', 'shop').click();
  await workbench.view('Failures').getByRole('treeitem').first().click();
  await workbench.page.mouse.move(900, 150);
  await settle(workbench);
}

/** So that who and when can be read as well, with a repeated one open. */
async function widenFailures(workbench: Workbench): Promise<void> {
  await workbench.foldView('Active');
  await drag(workbench, { x: 430, y: 300 }, { x: 660, y: 300 });
  await workbench.treeRow('Failures', '×').first().locator('.monaco-tl-twistie').click();
  await workbench.page.mouse.move(900, 150);
  await settle(workbench);
}

async function drag({ page }: Workbench, from: Point, to: Point): Promise<void> {
  await page.mouse.move(from.x, from.y);
  // what stands there is redrawn while the views are filled
  await delay(500);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
}

/** Until nothing has moved for a second. */
async function settle(workbench: Workbench): Promise<void> {
  let before = '';
  for (let round = 0; round < 20; round++) {
    await delay(1_000);
    const now = (await workbench.page.screenshot({ animations: 'disabled' })).toString('base64');
    if (now === before) return;
    before = now;
  }
}

/** A tree view as far down as it has rows. */
async function filledPart(view: Locator): Promise<Shot> {
  const [whole, last] = [await view.boundingBox(), await view.getByRole('treeitem').last().boundingBox()];
  if (!whole || !last) throw new Error('There is nothing to see.');
  const clip = { ...whole, height: Math.min(whole.height, last.y + last.height + 8 - whole.y) };
  return { screenshot: (options) => view.page().screenshot({ ...options, clip }) };
}

async function save(part: Shot, name: string): Promise<void> {
  const path = join(pictures, `${name}.png`);
  const picture = withPalette(await part.screenshot({ animations: 'disabled' }));
  writeFileSync(path, picture);
  console.log(`${relative(checkout, path)}: ${Math.ceil(picture.length / 1024)} KB`);
}

const [, , only] = process.argv;
const isPart = only === 'server' || only === 'pools';
const hasPooler = poolerVersion() !== undefined && sqlalchemyVersion() !== undefined;
const minutes = isPart ? 0 : Number(only ?? 60);
if (!isPart) console.log(`Recording ${minutes} minutes in ${(minutes * 60) / timeScale} s …`);
const log = isPart ? '' : await recordLog(minutes);
const home = freshDirectory('home');
mkdirSync(join(home, 'demo'));
mkdirSync(pictures, { recursive: true });
// The browser's language is the window's.
process.env['LC_ALL'] = 'en_US.UTF-8';
const browser = await launchBrowser();
try {
  for (const { name, suffix } of themes) {
    if (!isPart) {
      writeFileSync(join(home, logFile), stretch(log, Date.now()));
      await takePictures(browser, home, name, suffix);
    }
    if (only !== 'pools')
      await takeServerPicture(browser, name, async (workbench) => {
        await drag(workbench, { x: 350, y: 300 }, { x: 520, y: 300 });
        await workbench.page.mouse.move(900, 150);
        await save(workbench.view('Server'), `server${suffix}`);
      });
    if (only !== 'server' && hasPooler)
      await takePoolPicture(browser, name, async (workbench) => {
        await drag(workbench, { x: 350, y: 300 }, { x: 560, y: 300 });
        await workbench.page.mouse.move(900, 650);
        await save(workbench.page.locator('.monaco-workbench'), `pools${suffix}`);
      });
  }
} finally {
  await browser.close();
}
