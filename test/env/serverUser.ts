import { chownSync } from 'node:fs';

/**
 * Whom servers run as: PostgreSQL refuses root, so root lends it "nobody", which every Linux has (initdb only
 * needs the id to have a name). Everybody else runs servers as themselves.
 */
export const serverUser: { uid?: number; gid?: number } =
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Makes the servers' user the owner of a file or folder that root made. */
export function giveToServerUser(path: string): void {
  const { uid, gid } = serverUser;
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}
