import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };

const run = promisify(execFile);
const bin = fileURLToPath(new URL('../../dist/bin', import.meta.url));

describe('the command that the editor puts on the PATH of its terminals', function () {
  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  it('runs on the Node that the editor names, though no other is on the PATH', async () => {
    const tools = mkdtempSync(join(tmpdir(), 'pgc-bin-'));
    try {
      symlinkSync('/usr/bin/dirname', join(tools, 'dirname'));
      const env = { PATH: [bin, tools].join(delimiter), PG_CONNECTIONS_NODE: process.execPath };
      const { stdout } = await run('/bin/sh', ['-c', 'connections --version'], { env });
      assert.equal(stdout, `${manifest.version}\n`);
    } finally {
      rmSync(tools, { recursive: true });
    }
  });

  it('runs on the Node of the PATH elsewhere', async () => {
    const env = { PATH: [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter) };
    const { stdout } = await run('/bin/sh', ['-c', 'connections --version'], { env });
    assert.equal(stdout, `${manifest.version}\n`);
  });
});
