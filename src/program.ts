import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** A part of a program: the body of a CommonJS module (manual of Node, "The module wrapper"). */
type Body = (
  require: (name: string) => unknown,
  module: { exports: unknown },
  exports: unknown,
  directory: string,
  path: string,
) => void;

/** What stands before the code that was kept. */
interface Head {
  /** What was done when it was kept. */
  readonly occasions: readonly string[];
  /** The parts, one after the other, and how many bytes each takes. */
  readonly parts: readonly (readonly [name: string, bytes: number])[];
}

/** What is kept: the code of each part, and by the name '' the text of the first one. */
interface Kept {
  readonly occasions: readonly string[];
  readonly codes: Map<string, Uint8Array>;
}

/** More is not written for one program. */
const mostOccasions = 16;
const newline = 0x0a;

/** The text of a part as V8 compiles it. */
export function wrapped(source: string): string {
  return `(function(require,module,exports,__dirname,__filename){${source}\n})`;
}

/**
 * A program in several files beside this one, and what V8 has compiled of them in an earlier run: to compile it takes
 * longer than to read a small log. Node's own cache (`module.enableCompileCache`) keeps what is compiled when a file is
 * loaded, which is hardly anything of it; here it is kept at the end of a run. It stands in a directory beside the program,
 * so that nobody can write it who could not write the program, and it goes with it. Where that cannot be written, or is
 * of another version of V8, each run compiles for itself.
 */
export class Program {
  readonly #directory: string;
  readonly #keptIn: string;
  readonly #nodes: (name: string) => unknown;
  readonly #loaded = new Map<string, { exports: unknown }>();
  readonly #scripts = new Map<string, Script>();
  readonly #first: string;
  // V8 takes code for any text of that length. The first one names the others, itself or through them, and but for a few
  // tables their names change with what is in them (esbuild): where it is the same, so are they.
  #firstText: string | undefined;
  #kept: Kept = { occasions: [], codes: new Map() };
  #isSettled = false;
  /** What was kept is good for nothing, and so would be what is kept now: V8 is started with other flags each time. */
  #isVain = false;

  /** `first`: the part that the command line loads first; another thread of it begins with another. */
  constructor(directory: string, first: string) {
    this.#directory = directory;
    this.#first = first;
    this.#keptIn = join(directory, '.compiled', `${process.versions.v8}-${process.arch}`);
    this.#nodes = createRequire(join(directory, 'program.cjs'));
  }

  /** What a file exports. */
  readonly load = (name: string): unknown => {
    const known = this.#loaded.get(name);
    if (known) return known.exports;
    const module = { exports: {} as unknown };
    this.#loaded.set(name, module);
    const path = join(this.#directory, name);
    try {
      const body = this.#script(name, path).runInThisContext() as Body;
      body(this.#require, module, module.exports, this.#directory, path);
    } catch (error) {
      // who asks for it again is told the same, and does not get the half of it
      this.#loaded.delete(name);
      throw error;
    }
    return module.exports;
  };

  /** What is loaded from now on is compiled in this run, and not kept: after flags of V8 were set, of which code depends. */
  settle(): void {
    this.#isSettled = true;
    this.#kept.codes.clear();
  }

  /** Is it not kept yet what is compiled for a run that does this, and could it be? */
  lacks(occasion: string): boolean {
    const { occasions } = this.#kept;
    return !this.#isVain && !occasions.includes(occasion) && occasions.length < mostOccasions;
  }

  /** Keeps what is compiled by now, where that is lacking. V8 must have the flags that it began with. */
  keep(occasion: string): void {
    if (!this.lacks(occasion)) return;
    // other runs need other files, and may have kept something since this one began
    const { occasions, codes } = this.#read();
    codes.set('', Buffer.from(this.#firstText ?? ''));
    for (const [name, script] of this.#scripts) codes.set(name, script.createCachedData());
    const head: Head = {
      occasions: [...new Set([...occasions, occasion])],
      parts: [...codes].map(([name, { length }]) => [name, length]),
    };
    this.#write([Buffer.from(`${JSON.stringify(head)}\n`), ...codes.values()]);
  }

  readonly #require = (name: string): unknown =>
    name.startsWith('./') ? this.load(name.slice(2)) : this.#nodes(name);

  #script(name: string, path: string): Script {
    const source = readFileSync(path, 'utf8');
    if (this.#firstText === undefined) {
      this.#firstText =
        name === this.#first ? source : readFileSync(join(this.#directory, this.#first), 'utf8');
      this.#kept = this.#read();
    }
    const cachedData = this.#kept.codes.get(name);
    const script = new Script(wrapped(source), { filename: path, cachedData });
    if (script.cachedDataRejected === true) this.#isVain = true;
    if (!this.#isSettled) this.#scripts.set(name, script);
    return script;
  }

  /** What an earlier run of this program has kept; half a file is none. */
  #read(): Kept {
    try {
      const bytes = readFileSync(this.#keptIn);
      const end = bytes.indexOf(newline);
      const { occasions, parts } = JSON.parse(bytes.toString('utf8', 0, end)) as Head;
      let at = end + 1;
      const codes = new Map(
        parts.map(([name, length]) => [name, bytes.subarray(at, (at += length))] as const),
      );
      if (at === bytes.length && String(codes.get('')) === this.#firstText) return { occasions, codes };
    } catch {
      // nothing is kept yet, or it cannot be read
    }
    return { occasions: [], codes: new Map() };
  }

  /** A program may stand where nothing can be written. */
  #write(parts: readonly Uint8Array[]): void {
    const written = `${this.#keptIn}.${process.pid}`;
    const isWritten = succeeds(() => {
      mkdirSync(join(this.#directory, '.compiled'), { recursive: true });
      writeFileSync(written, Buffer.concat(parts), { flag: 'wx' });
      renameSync(written, this.#keptIn);
    });
    if (!isWritten) succeeds(() => rmSync(written, { force: true }));
  }
}

function succeeds(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
