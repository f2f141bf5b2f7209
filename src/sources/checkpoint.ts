import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** Grows whenever the shape of what is saved changes: an older one is thrown away and the log read again. */
const checkpointVersion = 1;

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
  readonly #path: string;
  readonly #key: string;

  /** `key` names everything that the content depends on beside the log: its id and how it is read. */
  constructor(directory: string, logId: string, key: string) {
    this.#path = join(
      directory,
      `${createHash('sha256').update(logId).digest('hex').slice(0, 32)}.checkpoint`,
    );
    this.#key = `${logId}\n${key}`;
  }

  async load(): Promise<T | undefined> {
    try {
      const saved = deserialize(await readFile(this.#path)) as Partial<Saved> | undefined;
      if (saved?.checkpointVersion !== checkpointVersion || saved.key !== this.#key) return undefined;
      return saved.content as T;
    } catch {
      return undefined;
    }
  }

  /** Rejects when the directory cannot be written. */
  async save(content: T): Promise<void> {
    const aside = `${this.#path}.${process.pid}.new`;
    const saved: Saved = { checkpointVersion, key: this.#key, content };
    await mkdir(join(this.#path, '..'), { recursive: true });
    try {
      await writeFile(aside, serialize(saved), { mode: 0o600 });
      await rename(aside, this.#path);
    } catch (error) {
      await rm(aside, { force: true });
      throw error;
    }
  }
}
