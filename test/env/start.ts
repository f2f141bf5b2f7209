// npm start: a PostgreSQL server with a small, lively workload, and an editor whose extension follows its log.
// npm start -- --browser   the editor in the browser also where the desktop's is there
// npm start -- --port N    the server's port: the first free one at or above N
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';

import { checkout } from './checkout.ts';
import { runDemoWorkload, startDemoServer } from './demoWorkload.ts';
import { startEditor } from './editor.ts';
import { editorSettings } from './editorSettings.ts';
import { packedExtension } from './packedExtension.ts';
import { freshDirectory, runDirectory } from './runDirectory.ts';

interface Options {
  readonly browser: boolean;
  readonly port: number | undefined;
}

/** An editor that is open: `closed` resolves when its user closes it, which in a browser nobody can tell. */
interface OpenEditor {
  readonly closed?: Promise<void>;
  dispose(): Promise<void>;
}

const run = promisify(execFile);
const endBoundMs = 5_000;
const firstLines = `Pass --browser to have it in the browser, --port N to choose the server's port.`;
