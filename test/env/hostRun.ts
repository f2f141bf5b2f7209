import type { Browser } from 'playwright-core';
import { fileURLToPath } from 'node:url';

import { launchBrowser } from './browser.ts';
import { startEditor, type Editor } from './editor.ts';
import { checkout } from './checkout.ts';
import { bundleHostTests } from './hostBundle.ts';
import { openHostStream, streamPortVariable } from './hostStream.ts';
import { writeTally, type Tally } from './tally.ts';

const boundMs = 240_000;

export interface HostRunOptions {
  /** The folder of the extension under test; by default the checkout. */
  readonly developmentPath?: string;
  /** Which test files, from the checkout; by default all of test/host. */
  readonly pattern?: string;
}

/**
 * Runs tests inside the extension host of a VS Code server, its window in a headless browser. Prints mocha's
 * output as it comes. The result is what mocha itself sent: the editor's exit code is 0 even if the host dies.
 */
export async function runHostTests({
  developmentPath = checkout,
  pattern,
}: HostRunOptions = {}): Promise<Tally> {
  const testsPath = await bundleHostTests(pattern);
  const stream = await openHostStream();
  const env = { [streamPortVariable]: String(stream.port) };
  let editor: Editor | undefined;
  let browser: Browser | undefined;
  try {
    editor = await startEditor({ tests: { developmentPath, testsPath }, env });
    browser = await launchBrowser();
    const hostErrors: string[] = [];
    const code = await runInWindow(browser, editor, hostErrors);
    const tally = code === undefined ? undefined : await stream.result();
    if (tally && tally.failed === 0 && code === 0) return tally;
    console.log([`The extension host ended with ${code ?? 'nothing in time'}.`, ...hostErrors].join('\n'));
    if (!tally) console.log(await editor.logs());
    return tally && tally.failed > 0
      ? tally
      : { passed: tally?.passed ?? 0, failed: 1, skipped: tally?.skipped ?? 0 };
  } finally {
    stream.close();
    await browser?.close();
    await editor?.dispose();
  }
}

/** Opens the window and gives the code it ends with, or undefined after the bound. */
async function runInWindow(
  browser: Browser,
  editor: Editor,
  hostErrors: string[],
): Promise<number | undefined> {
  const page = await browser.newPage();
  const ended = new Promise<number | undefined>((resolve) => {
    setTimeout(() => resolve(undefined), boundMs).unref();
    void page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
  });
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
    if (type === 'error') hostErrors.push(args.map(String).join(' '));
  });
  await page.goto(editor.url);
  return ended;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [pattern] = process.argv.slice(2);
  const tally = await runHostTests(pattern === undefined ? {} : { pattern });
  writeTally(tally);
  if (tally.failed > 0) process.exitCode = 1;
}
