import { createContext, Script } from 'node:vm';
import { longestPatternText, messageOfGroups, type OwnPattern } from '../../core/pool/ownPattern.ts';
import type { PoolMessage } from '../../core/pool/poolSample.ts';
import { SentenceError } from '../../core/sentence.ts';

/** How long a pattern may take for one batch of lines: a sane one takes microseconds for each. */
const longestMs = 1000;

/**
 * A user's pattern, which may be hostile: it runs in a context of its own that is ended after a second, on at most
 * `longestPatternText` characters of each line.
 */
export class BoundedPattern {
  readonly #context: { lines: readonly string[] };
  readonly #script: Script;

  constructor({ source }: OwnPattern) {
    this.#context = createContext({ lines: [] }, { codeGeneration: { strings: false, wasm: false } }) as {
      lines: readonly string[];
    };
    this.#script = new Script(
      `const pattern = new RegExp(${JSON.stringify(source)}, 'u');
       (read => read)(() => JSON.stringify(lines.map((line) => {
         const match = pattern.exec(line);
         return match && { at: match.index, groups: match.groups };
       })))()`.replace('const pattern', 'var pattern'),
    );
  }

  /** What it finds in each line; undefined = nothing. Throws a SentenceError when it takes too long. */
  match(lines: readonly string[]): ((PoolMessage & { readonly process?: string | undefined }) | undefined)[] {
    // text of its own: nothing of this context gets into that one
    this.#context.lines = lines.map((line) => line.slice(0, longestPatternText));
    try {
      const answer = this.#script.runInContext(this.#context, { timeout: longestMs }) as string;
      const found = JSON.parse(answer) as ({ at: number; groups?: Record<string, string> } | null)[];
      return found.map((one) => (one ? messageOfGroups(one.groups ?? {}, one.at) : undefined));
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      throw new SentenceError(
        'The pattern takes longer than {0} ms for lines of this log: make it simpler, such as [^,]* instead of .* and no + inside of +.',
        longestMs,
      );
    } finally {
      this.#context.lines = [];
    }
  }
}
