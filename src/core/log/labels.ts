import { sectionLabels, type SectionLabel } from './labelTexts.ts';
import type { Severity } from './logEntry.ts';
import { writtenTexts } from './writtenTexts.ts';

/** A label as a log prints it, and what it means. */
export interface PrintedLabel {
  /** With the colon and the spaces that end it: `LOG:  `. */
  readonly text: string;
  readonly means: Severity | SectionLabel;
}

/** What a log is searched for, in every language. */
export const written = writtenTexts();

const debugLevels = ['DEBUG1', 'DEBUG2', 'DEBUG3', 'DEBUG4', 'DEBUG5'];
const severityWords: ReadonlyMap<string, Severity> = new Map([
  ...written.severities.map(([means, word]) => [word, means] as const),
  ...debugLevels.map((word) => [word, 'DEBUG'] as const),
]);

/**
 * Every label that a log can print, in every language, each once. A severity is followed by a colon and two spaces;
 * the label of a section brings its own: Turkish and Korean have some without a space.
 */
export const printedLabels: readonly PrintedLabel[] = [
  ...[...severityWords].map(([word, means]) => ({ text: `${word}:  `, means })),
  ...new Map(
    written.sections.flatMap(([means, texts]) => texts.map((text) => [text, { text, means }] as const)),
  ).values(),
];

const byFirstCharacter = new Map<string, PrintedLabel[]>();
for (const label of [...printedLabels].sort((a, b) => b.text.length - a.text.length)) {
  const first = label.text[0] ?? '';
  const sameFirst = byFirstCharacter.get(first);
  if (sameFirst) sameFirst.push(label);
  else byFirstCharacter.set(first, [label]);
}

/** By characters of ASCII: does a label begin so? Asked of every character of a line. */
const beginsLabel = Uint8Array.from({ length: 128 }, (_, code) =>
  byFirstCharacter.has(String.fromCharCode(code)) ? 1 : 0,
);

/** The label that stands at this place of a text; undefined = none. */
export function labelAt(text: string, at: number): PrintedLabel | undefined {
  if (beginsLabel[text.charCodeAt(at)] === 0) return undefined;
  return byFirstCharacter.get(text[at] ?? '')?.find((label) => text.startsWith(label.text, at));
}

/** By the character before their colon, the longest word first. */
let byLastCharacter: Map<string, PrintedLabel[]> | undefined;

function labelsByLastCharacter(): Map<string, PrintedLabel[]> {
  const labels = new Map<string, PrintedLabel[]>();
  for (const label of [...printedLabels].sort((a, b) => b.text.indexOf(':') - a.text.indexOf(':'))) {
    const last = label.text[label.text.indexOf(':') - 1] ?? '';
    const sameLast = labels.get(last);
    if (sameLast) sameLast.push(label);
    else labels.set(last, [label]);
  }
  return labels;
}

/**
 * Index of the first place at or after `from` where a label stands; −1 = there is none. Every label has one colon: the
 * first in which one ends is that of the first label.
 */
export function labelIn(text: string, from: number): number {
  byLastCharacter ??= labelsByLastCharacter();
  for (let colon = text.indexOf(':', from); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    for (const label of byLastCharacter.get(text[colon - 1] ?? '') ?? []) {
      const at = colon - label.text.indexOf(':');
      if (at >= from && text.startsWith(label.text, at)) return at;
    }
  }
  return -1;
}

/** What a word means that stands in the severity column of a csv log; undefined = it is no severity. */
export function severityOf(word: string): Severity | undefined {
  return severityWords.get(word);
}

/** What stands in a prefix for a name that is not known yet, in every language. */
export const unknownNames: ReadonlySet<string> = new Set(written.unknownNames);

export function isSectionLabel(label: Severity | SectionLabel): label is SectionLabel {
  return (sectionLabels as readonly string[]).includes(label);
}
