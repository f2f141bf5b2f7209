import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { bytesOf, dataOf } from './plainData.ts';

/** Grows whenever the shape of what is saved changes: an older one is thrown away and the log read again. */
const checkpointVersion = 12;
/** Logs come and go; the checkpoints that were written longest ago are removed beyond this many. */
const mostCheckpoints = 20;
/** Before what is checked, at a multiple of what its arrays begin at. */
const checkBytes = 8;

interface Saved {
  readonly checkpointVersion: number;
  readonly key: string;
  readonly content: unknown;
}

/**
 * What was understood of one log so far, so that a restart costs the new bytes only. A shortcut, never the truth:
 * anything doubtful answers undefined, and the log is read again. The file is written aside and renamed into place.
 */
export class Checkpoint<T> {
  readonly #directory: string;
  readonly #path: string;
  readonly #key: string;
  #writing: Promise<void> = Promise.resolve();

  /** `key` names everything that the content depends on beside the log: its id and how it is read. */
  constructor(directory: string, logId: string, key: string) {
    this.#directory = directory;
    this.#path = join(directory, `${digestOf(logId).toString('hex', 0, 16)}.checkpoint`);
    this.#key = `${logId}\n${key}`;
  }

  /** What was saved last; undefined when there is nothing, or something of another log, key, version, or damaged. */
  load(): T | undefined {
    try {
      // at once: its few megabytes take less than the ways to another thread and back, and nothing is shown before
      const bytes = readFileSync(this.#path);
      const payload = bytes.subarray(checkBytes);
      if (crc32(payload) !== bytes.readUInt32LE()) return undefined;
      const saved = dataOf(payload) as Partial<Saved> | undefined;
      if (saved?.checkpointVersion !== checkpointVersion || saved.key !== this.#key) return undefined;
      return saved.content as T;
    } catch {
      return undefined;
    }
  }

  /** Saves the content as it is at the call, one save after the other. Rejects when the directory cannot be written. */
  save(content: T): Promise<void> {
    // at once: the content lives on while the disk is slow
    const payload = bytesOf({ checkpointVersion, key: this.#key, content } satisfies Saved);
    const written = this.#writing.then(() => this.#write(payload));
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async #write(payload: Buffer): Promise<void> {
    const aside = `${this.#path}.${randomUUID()}.new`;
    await mkdir(this.#directory, { recursive: true });
    try {
      await writeWhole(aside, [checkOf(payload), payload]);
      await rename(aside, this.#path);
    } catch (error) {
      await rm(aside, { force: true });
      throw error;
    }
    await this.#removeOldest();
  }

  async #removeOldest(): Promise<void> {
    const names = (await readdir(this.#directory)).filter((name) =>
      /\.checkpoint(?:\.[0-9a-f-]+\.new)?$/.test(name),
    );
    if (names.length <= mostCheckpoints) return;
    const dated = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#directory, name);
        return { path, writtenAt: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 };
      }),
    );
    dated.sort((a, b) => b.writtenAt - a.writtenAt);
    const old = dated.slice(mostCheckpoints).filter(({ path }) => basename(path) !== basename(this.#path));
    await Promise.all(old.map(({ path }) => rm(path, { force: true })));
  }
}

async function writeWhole(path: string, parts: readonly Buffer[]): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    // not writev: that takes what fits on the disk, and says nothing
    for (const part of parts) await file.writeFile(part);
  } finally {
    await file.close();
  }
}

/** Tells a torn or damaged file, at the speed of memory; nobody is kept from forging it. */
function checkOf(payload: Buffer): Buffer {
  const check = Buffer.alloc(checkBytes);
  check.writeUInt32LE(crc32(payload));
  return check;
}

function digestOf(data: string): Buffer {
  return createHash('sha256').update(data).digest();
}
