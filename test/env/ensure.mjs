// Makes test/env/node_modules match its lockfile: the real editor, browser and servers that the tests run.
// Costs a file read when nothing changed. Runs on any Node >= 20, before the project's own Node is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs';
import { chmod, lstat, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const stampFile = join(modules, '.ready');

/** What the installed folder depends on (fonts.conf names its path); `.ready` holds it once the install is complete. */
function stamp() {
  const hash = createHash('sha256');
  for (const name of ['package.json', 'package-lock.json', 'ensure.mjs'])
    hash.update(readFileSync(join(here, name)));
  return `${process.platform}-${process.arch} ${hash.digest('hex')} ${here}\n`;
}

/** `npm ci` with the npm that runs us (its own Node, not ours), or the one on the PATH. */
function install() {
  const { npm_execpath: cli, npm_node_execpath: node = process.execPath } = process.env;
  const byScript = cli?.endsWith('.js');
  const command = byScript ? node : 'npm';
  const args = [...(byScript ? [cli] : []), 'ci', '--no-fund', '--no-audit', '--loglevel=error'];
  const shell = !byScript && process.platform === 'win32';
  const { status, error } = spawnSync(command, args, {
    cwd: here,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm ci in test/env failed (exit ${status}). See its message above.`);
}

/** The VS Code server looks for its modules beside itself; ours are one flat folder, linked there. */
async function linkServerModules() {
  const link = join(modules, 'code-server/lib/vscode/node_modules');
  if (await lstat(link).catch(() => undefined)) return;
  await symlink(process.platform === 'win32' ? modules : '../../..', link, 'junction');
}

async function inflate(from, to) {
  const unpacked = typeof to === 'string' ? createWriteStream(to) : to;
  await pipeline(createReadStream(from), createBrotliDecompress(), unpacked);
}

/** Without a match for every family, the browser would fall back to a serif face. */
const fontsConf = (fonts, cache) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${fonts}</dir>
  <cachedir>${cache}</cachedir>
  <match target="pattern">
    <test name="family"><string>monospace</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>DejaVu Sans Mono</string></edit>
  </match>
  <match target="pattern">
    <edit name="family" mode="append" binding="weak"><string>DejaVu Sans</string></edit>
  </match>
</fontconfig>
`;

/** The Chromium from npm is packed for Linux on x64; browser.ts looks for an installed browser elsewhere. */
async function unpackChromium() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  const { extract } = createRequire(stampFile)('tar-fs');
  const packed = join(modules, '@sparticuz/chromium/bin');
  const to = join(modules, '.chromium');
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  await Promise.all([
    inflate(join(packed, 'chromium.br'), join(to, 'chromium')),
    inflate(join(packed, 'al2023.tar.br'), extract(to)),
    inflate(join(packed, 'swiftshader.tar.br'), extract(to)),
    writeFile(
      join(to, 'fonts.conf'),
      fontsConf(join(modules, 'dejavu-fonts-ttf/ttf'), join(to, 'fontcache')),
    ),
  ]);
  await chmod(join(to, 'chromium'), 0o755);
}

const wanted = stamp();
if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== wanted) {
  console.log(
    'test/env: installing the editor, the browser and the PostgreSQL servers of the tests (once) …',
  );
  install();
  await linkServerModules();
  await unpackChromium();
  await writeFile(stampFile, wanted);
}
