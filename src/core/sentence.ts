/**
 * One sentence for the user, still in two parts: the English template with `{0}`-style places, and what fills
 * them. The editor translates the template (`vscode.l10n.t(message, ...args)`); the terminal renders it as it is.
 * Never concatenate sentences: give the whole sentence, with its next step, as one template.
 */
export interface Sentence {
  readonly message: string;
  readonly args: readonly (string | number)[];
}

/** Makes a sentence: `sentence('{0} is a directory: name a file in it.', path)`. */
export function sentence(message: string, ...args: (string | number)[]): Sentence {
  return { message, args };
}

/** The sentence in English, with its places filled. */
export function renderSentence({ message, args }: Sentence): string {
  return message.replace(/\{(\d+)\}/g, (place, index: string) => String(args[Number(index)] ?? place));
}

/** An error that already is one clear sentence for the user. */
export class SentenceError extends Error {
  readonly sentence: Sentence;

  /** Also one that another bundle of this program has thrown (esbuild.mjs), where this class is another object. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== SentenceError) return super[Symbol.hasInstance](value);
    return value instanceof Error && 'sentence' in value && typeof value.sentence === 'object';
  }

  constructor(message: string, ...args: (string | number)[]) {
    const whole = sentence(message, ...args);
    super(renderSentence(whole));
    this.name = 'SentenceError';
    this.sentence = whole;
  }
}

/** An error as one sentence for the user. */
export function sentenceOf(error: unknown): Sentence {
  if (error instanceof SentenceError) return error.sentence;
  const text = error instanceof Error ? error.message : String(error);
  return { message: '{0}', args: [text] };
}
