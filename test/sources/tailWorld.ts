import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A directory for one test, removed by `remove`. */
export class TestDirectory {
  readonly path = mkdtempSync(join(tmpdir(), 'tail-'));

  join(name: string): string {
    return join(this.path, name);
  }

  write(name: string, text: string | Uint8Array): string {
    writeFileSync(this.join(name), text);
    return this.join(name);
  }

  has(name: string): boolean {
    return existsSync(this.join(name));
  }

  /** Makes a folder; answers its path. */
  makeFolder(name: string): string {
    mkdirSync(this.join(name), { recursive: true });
    return this.join(name);
  }

  append(name: string, text: string): void {
    appendFileSync(this.join(name), text);
  }

  rename(from: string, to: string): void {
    renameSync(this.join(from), this.join(to));
  }

  unlink(name: string): void {
    unlinkSync(this.join(name));
  }

  /** Copies and empties, as logrotate's copytruncate does. */
  copyTruncate(name: string, copy: string): void {
    copyFileSync(this.join(name), this.join(copy));
    truncateSync(this.join(name));
  }

  /** Sets the mtime, in seconds: files written within one tick of the disk's clock have no order otherwise. */
  touch(name: string, seconds: number): void {
    utimesSync(this.join(name), seconds, seconds);
  }

  gzip(name: string): void {
    this.write(`${name}.gz`, gzipSync(readFileSync(this.join(name))));
    this.unlink(name);
  }

  /** Moves `x.log.1` to `x.log.2` and so on, so that `x.log.1` is free. */
  shift(name: string): void {
    let free = 1;
    const turn = (n: number) =>
      [`${name}.${n}`, `${name}.${n}.gz`].find((file) => existsSync(this.join(file)));
    while (turn(free) !== undefined) free++;
    for (let n = free - 1; n > 0; n--) {
      const from = turn(n) ?? '';
      this.rename(from, `${name}.${n + 1}${from.endsWith('.gz') ? '.gz' : ''}`);
    }
  }

  /** Removes a file or folder; without a name, the directory itself. */
  remove(name = ''): void {
    rmSync(this.join(name), { recursive: true, force: true });
  }
}

/** Random numbers in [0, 1) that a seed decides (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Stops this thread for so long, as a slow reader would. */
export function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Resolves when the condition holds; rejects after a bound. */
export async function eventually(
  condition: () => boolean,
  what: string | (() => string),
  boundMs = 10_000,
): Promise<void> {
  const until = performance.now() + boundMs;
  while (!condition()) {
    if (performance.now() > until)
      throw new Error(`in vain for ${boundMs} ms: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
