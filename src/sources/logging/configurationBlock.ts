import { access, constants, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SentenceError } from '../../core/sentence.ts';
import { quoted } from './loggingPlan.ts';
import type { SettingChange } from './loggingPlan.ts';

/** The block that is put at the end of postgresql.conf, without its line ends' style. */
export function blockOf(changes: readonly Pick<SettingChange, 'name' | 'after'>[]): string {
  return [
    '# >>> PostgreSQL Connections: connection logging ("Undo Logging Change" removes these lines)',
    ...changes.map(({ name, after }) => `${name} = ${quoted(after)}`),
    '# <<< PostgreSQL Connections',
    '',
  ].join('\n');
}

/** Whether this user can put another file in the place of this one. */
export async function isReplaceable(file: string): Promise<boolean> {
  try {
    const target = await realpath(file);
    await access(target, constants.R_OK | constants.W_OK);
    await access(dirname(target), constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Appends the block in the file's own line ends; returns exactly what was appended, for `removeBlock`. */
export async function appendBlock(file: string, block: string): Promise<string> {
  const text = await readBytes(file);
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const gap = text === '' || text.endsWith('\n') ? '' : lineEnd;
  const appended = gap + block.replaceAll('\n', lineEnd);
  await replaceFile(file, text + appended);
  return appended;
}

/** Removes what `appendBlock` appended; false = it is not there any more, or was edited. */
export async function removeBlock(file: string, appended: string): Promise<boolean> {
  const text = await readBytes(file);
  const at = text.lastIndexOf(appended);
  if (at === -1) return false;
  await replaceFile(file, text.slice(0, at) + text.slice(at + appended.length));
  return true;
}

/** Each byte is one character, so that what we do not touch comes out as it went in, in whatever encoding. */
async function readBytes(file: string): Promise<string> {
  return readFile(file, 'latin1');
}

/** Writes aside and renames, so that the server never reads half a file; mode and owner stay. */
async function replaceFile(file: string, text: string): Promise<void> {
  const target = await realpath(file);
  const { mode, uid, gid } = await stat(target);
  const aside = `${target}.${process.pid}.new`;
  try {
    const handle = await open(aside, 'wx', mode & 0o7777);
    try {
      const created = await handle.stat();
      if (created.uid !== uid || created.gid !== gid) await handle.chown(uid, gid);
      // umask may have taken bits that the server's user needs
      await handle.chmod(mode & 0o7777);
      await handle.writeFile(text, 'latin1');
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, target);
  } catch (error) {
    await rm(aside, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new SentenceError('{0} cannot be changed ({1}): change it as its owner.', file, reason);
  }
}
