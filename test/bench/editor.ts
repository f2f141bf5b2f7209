// Whether the editor stays free: npm run bench:editor [-- --bytes 1e9 --starts 5 --lines 200 --only load,quiet]
// The packed extension in the real editor, a probe in front of it in its host; each figure with its bound.
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { launchBrowser } from '../env/browser.ts';
import { startEditor, type Editor } from '../env/editor.ts';
import { packedExtension, packedFile } from '../env/packedExtension.ts';
import { freshDirectory } from '../env/runDirectory.ts';
import { openWorkbench, type Browser, type Workbench } from '../env/workbench.ts';
import { figureText, isMissed, quantile, type Figure } from './editor/figures.ts';
import { measureLatency } from './editor/latency.ts';
import { LogLines, writeLog, writeOn } from './editor/logWriter.ts';
import { mostRows } from './editor/mostRows.ts';
import { nextProbe, packProbed, type Probe, type Seen, type Time } from './editor/probe.ts';
import { measureZoom } from './editor/zoom.ts';

const { values } = parseArgs({
  options: {
    bytes: { type: 'string', default: '1e9' },
    starts: { type: 'string', default: '5' },
    lines: { type: 'string', default: '200' },
    only: { type: 'string', default: 'sizes,starts,gestures,load,quiet' },
    profile: { type: 'string' },
  },
});
const wanted = values.only.split(',');
/** So long a connect is pending: it may yet turn out to be refused. */
const pendingMs = 100;
const fastLines = 20_000;
const fastMs = 10_000;
/** What other extensions and the editor itself do when a window opens is over by then. */
const settledMs = 6_000;

const figures: Figure[] = [];
function tell(what: string, value: number, unit: string, bound?: number): void {
  const figure = { what, value, unit, ...(bound !== undefined && { bound }) };
  figures.push(figure);
  console.log(figureText(figure));
}

/** The editor with the probed extension, and a folder whose settings can be changed. */
interface Bench {
  readonly editor: Editor;
  readonly browser: Browser;
  readonly probes: string;
  readonly known: Set<string>;
}

const setLog = ({ editor }: Bench, path: string): void =>
  writeFileSync(
    join(editor.folder, '.vscode/settings.json'),
    JSON.stringify({ 'pgConnections.log': path, 'pgConnections.history.bucketMinutes': 1 }),
  );

async function open(bench: Bench): Promise<[Workbench, Probe]> {
  const workbench = await openWorkbench(bench.browser, bench.editor);
  return [workbench, await nextProbe(bench.probes, bench.known)];
}

async function measureStarts(bench: Bench, starts: number): Promise<void> {
  const [load, activate]: [Time[], Time[]] = [[], []];
  for (let start = 0; start < starts; start += 1) {
    const [workbench, probe] = await open(bench);
    load.push(probe.load);
    activate.push(probe.activate);
    await workbench.close();
  }
  const half = (times: readonly Time[], what: keyof Time): number =>
    quantile(
      times.map((time) => time[what]),
      0.5,
    );
  tell(`activate, median of ${starts} windows`, half(activate, 'ownMs'), 'ms', 30);
  tell('activate, with what others took of the processor', half(activate, 'wallMs'), 'ms');
  tell('loading of its bundle before that', half(load, 'ownMs'), 'ms');
}

function tellBlocks(when: string, { ownMs, wallMs }: Time): void {
  tell(`host, ${when}: most that it computed in a turn of its event loop`, ownMs, 'ms', 15);
  tell(`host, ${when}: longest turn, with what others took of the processor`, wallMs, 'ms');
}

/** How often something changed; the first one belongs to no second. */
const changedRate = ({ changed, seconds }: Seen): number => Math.max(0, changed - 1) / seconds;

/** Active view, dashboard and a group's sessions are in sight while a large log is read and goes on fast. */
async function measureLoad(bench: Bench, log: string): Promise<void> {
  const lines = writeLog(log, Number(values.bytes), Date.now());
  setLog(bench, log);
  const [workbench, probe] = await open(bench);
  await delay(settledMs);
  await probe.reset();
  const startedAt = Date.now();
  await workbench.openView('Connections');
  await workbench.runCommand('Connections: Show Dashboard');
  const page = workbench.webviewFrame();
  await page.locator('.rows li').first().waitFor({ timeout: 300_000 });
  await page.locator('progress').waitFor({ state: 'hidden', timeout: 300_000 });
  tell(
    `${Number(values.bytes) / 1e9} GB read, with the opening of the views`,
    (Date.now() - startedAt) / 1000,
    's',
  );
  tellBlocks('while it is read', await probe.read());
  // 5,000 sessions: what is below an expanded row is drawn again with it
  await workbench.foldView('Failures');
  await workbench.treeRow('Active', 'By user').click();
  await workbench.treeRow('Active', 'shop').click();
  await delay(2_000);
  await probe.reset();
  const most = mostRows(page.locator('.rows'), fastMs);
  await (values.profile === undefined
    ? writeOn(log, lines, fastLines, fastMs)
    : probe
        .profile(() => writeOn(log, lines, fastLines, fastMs))
        .then((taken) => {
          writeFileSync(values.profile ?? '', JSON.stringify(taken));
        }));
  tellBlocks(`${fastLines} lines/s`, await probe.read());
  tell('rows of the feed in the page, at most', await most, 'rows', 500);
  await measureMessages(workbench, probe, log, lines);
  await workbench.close();
}

async function measureMessages(
  workbench: Workbench,
  probe: Probe,
  log: string,
  lines: LogLines,
): Promise<void> {
  await probe.weigh();
  await writeOn(log, lines, fastLines, 5_000);
  const seen = await probe.read();
  const { seconds } = seen;
  tell(`${fastLines} lines/s: messages that something changed`, changedRate(seen), '/s', 10);
  tell(`${fastLines} lines/s: messages and answers of the engine`, seen.toHost / seconds, '/s');
  tell(`${fastLines} lines/s: their bytes`, seen.toHostBytes / seconds / 1000, 'KB/s');
  tell(`${fastLines} lines/s: the largest of them`, seen.toHostMost / 1000, 'KB');
  await workbench.openView('Explorer');
  await workbench.runCommand('View: Toggle Panel Visibility');
  await delay(1_000);
  await probe.weigh();
  await writeOn(log, lines, 1_000, 5_000);
  const hidden = await probe.read();
  tell('views and page hidden: questions to the engine', hidden.toEngine, '', 0);
  tell('views and page hidden: messages that something changed', changedRate(hidden), '/s', 10);
  tell('views and page hidden: the largest message', hidden.toHostMost / 1000, 'KB');
}

/** Ten lines a second, of clients who connect and leave. */
async function measureQuiet(bench: Bench, log: string): Promise<void> {
  writeFileSync(log, new LogLines(1).start(Date.now()));
  setLog(bench, log);
  const [workbench] = await open(bench);
  await workbench.openView('Connections');
  await workbench.runCommand('Connections: Show Dashboard');
  await workbench.webviewFrame().locator('.rows').waitFor({ state: 'attached' });
  await delay(settledMs);
  const measured = await measureLatency(workbench, log, Number(values.lines));
  for (const [where, { connects, disconnects }] of Object.entries(measured)) {
    const seen = `${connects.length} connects, ${disconnects.length} disconnects`;
    const announced = connects.map((ms) => ms - pendingMs);
    tell(
      `10 lines/s: written → ${where}, less what connects are pending, p50 (${seen})`,
      quantile([...announced, ...disconnects], 0.5),
      ...(['ms', 120] as const),
    );
    tell(`10 lines/s: connect written → ${where}, p50`, quantile(connects, 0.5), 'ms');
    tell(`10 lines/s: disconnect written → ${where}, p50`, quantile(disconnects, 0.5), 'ms');
    tell(`10 lines/s: disconnect written → ${where}, p95`, quantile(disconnects, 0.95), 'ms');
  }
  await workbench.close();
}

async function measureSizes(): Promise<void> {
  const kilobytes = (file: string): number => statSync(file).size / 1000;
  tell('.vsix (it holds no pictures)', kilobytes(await packedExtension()), 'KB', 600);
  const budgets = { 'extension.cjs': 100, 'webview.js': 150 };
  for (const [name, budget] of Object.entries(budgets))
    tell(`dist/${name}`, kilobytes(packedFile(`dist/${name}`)), 'KB', budget);
}

async function measureGestures(browser: Browser, directory: string): Promise<void> {
  for (const minutes of [15, 1]) {
    const { scriptMs, longestTaskMs } = await measureZoom(browser, minutes, join(directory, 'trace.json'));
    const what = `a month of ${minutes} min zooms and moves`;
    tell(`${what}: script for each picture, p95`, quantile(scriptMs, 0.95), 'ms', 16.7);
    tell(`${what}: longest task of the page, computing`, longestTaskMs, 'ms', 50);
  }
}

const directory = freshDirectory('bench');
const probes = join(directory, 'probes');
const folder = join(directory, 'folder');
for (const each of [probes, join(folder, '.vscode')]) mkdirSync(each, { recursive: true });
await packedExtension();
if (wanted.includes('sizes')) await measureSizes();
const browser = await launchBrowser();
const editor = await startEditor({
  vsix: await packProbed(directory),
  folder,
  env: { PROBE_DIRECTORY: probes },
});
try {
  const bench: Bench = { editor, browser, probes, known: new Set() };
  if (wanted.includes('starts')) await measureStarts(bench, Number(values.starts));
  if (wanted.includes('gestures')) await measureGestures(browser, directory);
  if (wanted.includes('load')) await measureLoad(bench, join(directory, 'large.log'));
  if (wanted.includes('quiet')) await measureQuiet(bench, join(directory, 'quiet.log'));
} finally {
  await browser.close();
  await editor.dispose();
}
if (figures.some(isMissed)) process.exitCode = 1;
