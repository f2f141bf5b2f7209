import { showControlCharacters } from './controlCharacters.ts';

/** A table's head and rows of Markdown source; `right` = columns of numbers. */
export interface MarkdownTable {
  readonly head: readonly string[];
  readonly right?: readonly number[];
  readonly rows: readonly (readonly string[])[];
}

/** The lines of a table (GitHub's); the cells are text, and are shown as that. */
export function markdownTable({ head, right = [], rows }: MarkdownTable): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    line(head.map((_, column) => (right.includes(column) ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(plainText))),
  ];
}

/** Text as itself: a backslash before what is markup (CommonMark, section 2.4), and what makes links of words cut apart. */
export function plainText(text: string): string {
  return showControlCharacters(text)
    .replace(/[\\`*_{}[\]<>#|~&!$^]/gu, '\\$&')
    .replace(/@(?=[\w-])|:(?=\/\/)|\bwww(?=\.)/giu, '$&<!-- -->');
}
