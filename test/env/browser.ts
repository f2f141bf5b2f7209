import { chromium, type Browser, type LaunchOptions } from 'playwright-core';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packaged = fileURLToPath(new URL('node_modules/.chromium', import.meta.url));

/** No sandbox, because containers and root have none; no name resolves, so that nothing leaves the machine. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/**
 * Starts a headless Chromium: $BROWSER_PATH, else the one from npm (Linux on x64), else an installed Chrome,
 * Edge or Chromium. Fails with all that was tried.
 */
export async function launchBrowser(): Promise<Browser> {
  const failures: string[] = [];
  for (const candidate of candidates()) {
    try {
      return await chromium.launch({ headless: true, args: flags, ...candidate });
    } catch (error) {
      const [firstLine = ''] = String(error).split('\n');
      failures.push(`${candidate.executablePath ?? candidate.channel ?? ''}: ${firstLine}`);
    }
  }
  throw new Error(`No browser starts. Name one in BROWSER_PATH. Tried:\n${failures.join('\n')}`);
}

function candidates(): LaunchOptions[] {
  const { BROWSER_PATH } = process.env;
  if (BROWSER_PATH !== undefined && BROWSER_PATH !== '') return [{ executablePath: BROWSER_PATH }];
  const installed: LaunchOptions[] = [
    { channel: 'chrome' },
    { channel: 'msedge' },
    { executablePath: '/usr/bin/chromium' },
  ];
  const executablePath = join(packaged, 'chromium');
  if (!existsSync(executablePath)) return installed;
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: join(packaged, 'lib'),
    FONTCONFIG_FILE: join(packaged, 'fonts.conf'),
  };
  return [{ executablePath, env }, ...installed];
}
