import type { ClearPoint } from '../core/session/clearPoint.ts';
import type { ClearMark } from '../protocol/logQuestions.ts';
import type { ReadFile } from '../sources/postgresLog.ts';
import { isFile, sameFile } from '../sources/tail/fileIdentity.ts';

/** A shorter head does not tell a copy from another log. */
const leastHeadBytes = 64;

/**
 * Where a clear mark stands among the files that were read: in its own file, in that turn of it in which it was read so far,
 * or in a copy of it, whatever they are called now; where that is gone, its time decides.
 */
export function clearPointOf(mark: ClearMark, files: readonly ReadFile[]): ClearPoint {
  const { file, offsetBytes, at } = mark;
  const found =
    file &&
    (files.find((read) => (read.toBytes ?? offsetBytes) >= offsetBytes && isMarked(read, file)) ??
      files.find((read) => isMarked(read, file)) ??
      files.find(({ file: { identity } }) => file.headBytes >= leastHeadBytes && hasHead(identity, file)));
  return { fileNumber: found?.number, offsetBytes, at };
}

type MarkedFile = NonNullable<ClearMark['file']>;

/** An inode is used again: the first bytes must agree too, which were fewer when the mark was made early. */
function isMarked({ file: { identity, path } }: ReadFile, marked: MarkedFile): boolean {
  if (identity.headBytes === marked.headBytes) return sameFile(identity, marked);
  return identity.inode === marked.inode && identity.headBytes > marked.headBytes && isFile(path, marked);
}

function hasHead(identity: MarkedFile, { head, headBytes }: MarkedFile): boolean {
  return identity.headBytes === headBytes && identity.head === head;
}
