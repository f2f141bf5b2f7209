import { renderSentence, type Sentence } from '../sentence.ts';
import { showControlCharacters } from './controlCharacters.ts';

/** A name out of the log, safe to print; `unknown` where the log does not tell it. */
export function shownName(name: string | undefined): string {
  return name === undefined ? 'unknown' : showControlCharacters(name);
}

/** A sentence in English, safe to print: its places may hold text of the log. */
export function shownSentence(sentence: Sentence): string {
  return showControlCharacters(renderSentence(sentence));
}

/** `user@database from host`, what is missing left out; empty when all of it is. */
export function shownClient(client: {
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  readonly remoteHost?: string | undefined;
}): string {
  const { user, database, remoteHost } = client;
  const login = database === undefined ? user : `${user ?? 'unknown'}@${database}`;
  const whole = [login, remoteHost === undefined ? undefined : `from ${remoteHost}`];
  return showControlCharacters(whole.filter((part) => part !== undefined).join(' '));
}

/** `1 connect`, `2 connects`. */
export function counted(count: number, one: string, other = `${one}s`): string {
  return `${count} ${count === 1 ? one : other}`;
}

/** Length in characters as a terminal counts them (characters of double width aside). */
export function widthOf(text: string): number {
  return Array.from(text).length;
}

/** Pads at the end to a width in characters. */
export function padEndTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

const codes = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const;

/** Colours by their meaning in the terminal's own palette. */
export type Paint = (colour: keyof typeof codes, text: string) => string;

/** Paints with ANSI escapes (ECMA-48 SGR), or not at all where the output is no terminal. */
export function createPaint(colour: boolean): Paint {
  return (name, text) => (colour && text !== '' ? `\u001b[${codes[name]}m${text}\u001b[0m` : text);
}

/** The report's warnings, one line each, for standard error. */
export function warningLines(report: { readonly warnings: readonly Sentence[] }): string[] {
  return report.warnings.map((warning) => `Warning: ${shownSentence(warning)}`);
}
