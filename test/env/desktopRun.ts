import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkout } from './checkout.ts';
import { editorSettings } from './editorSettings.ts';
import { bundleHostTests } from './hostBundle.ts';
import { openHostStream, streamPortVariable } from './hostStream.ts';
import { freshDirectory } from './runDirectory.ts';
import { tallyText, writeTally } from './tally.ts';

/** The Electron binary in $VSCODE_PATH, or a download of $VSCODE_VERSION (by default the newest stable). */
async function desktopExecutable(): Promise<string> {
  const { VSCODE_PATH, VSCODE_VERSION = 'stable' } = process.env;
  if (VSCODE_PATH !== undefined && VSCODE_PATH !== '') return VSCODE_PATH;
  try {
    return await downloadAndUnzipVSCode({
      version: VSCODE_VERSION,
      cachePath: join(checkout, 'out/vscode-desktop'),
    });
  } catch (error) {
    throw new Error(
      `VS Code ${VSCODE_VERSION} could not be downloaded (${String(error)}). Name an installed one in VSCODE_PATH ` +
        '(the Electron binary, not the "code" script), or run "npm test", which takes the VS Code server from npm.',
      { cause: error },
    );
  }
}

/** Runs test/host in a desktop window; throws when the window ended badly, also if mocha was content. */
async function runInDesktop(vscodeExecutablePath: string, testsPath: string, port: number): Promise<void> {
  const directory = freshDirectory('d');
  for (const name of ['folder', 'data/User']) mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, 'data/User/settings.json'), JSON.stringify(editorSettings));
  await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: checkout,
    extensionTestsPath: testsPath,
    extensionTestsEnv: { [streamPortVariable]: String(port) },
    launchArgs: [
      join(directory, 'folder'),
      '--disable-extensions',
      `--user-data-dir=${join(directory, 'data')}`,
      `--extensions-dir=${join(directory, 'extensions')}`,
    ],
  });
}

try {
  const executable = await desktopExecutable();
  const testsPath = await bundleHostTests(process.argv[2]);
  const stream = await openHostStream();
  const ended = await runInDesktop(executable, testsPath, stream.port).catch((error: unknown) =>
    String(error),
  );
  const tally = await stream.result();
  stream.close();
  if (tally === undefined)
    throw new Error(`The extension host ended without a result: ${ended ?? 'exit code 0'}`);
  writeTally(tally);
  console.log(tallyText(tally));
  if (tally.failed > 0 || ended !== undefined) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
