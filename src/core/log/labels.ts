import { severities, type Severity } from './logEntry.ts';

/** Labels that begin a companion line of a record (elog.c send_message_to_server_log), in the server's order. */
export const sectionLabels = [
  'DETAIL',
  'HINT',
  'QUERY',
  'CONTEXT',
  'LOCATION',
  'BACKTRACE',
  'STATEMENT',
] as const;
export type SectionLabel = (typeof sectionLabels)[number];

/** A label as a log prints it, and what it means. */
export interface PrintedLabel {
  /** With the colon and the spaces that end it: `LOG:  `. */
  readonly text: string;
  readonly means: Severity | SectionLabel;
}

const debugLevels = ['DEBUG1', 'DEBUG2', 'DEBUG3', 'DEBUG4', 'DEBUG5'];

/** Every label that a log can print. */
export const printedLabels: readonly PrintedLabel[] = [
  ...severities.map((means) => ({ text: `${means}:  `, means })),
  ...debugLevels.map((word) => ({ text: `${word}:  `, means: 'DEBUG' as const })),
  ...sectionLabels.map((means) => ({ text: `${means}:  `, means })),
];

const byFirstCharacter = new Map<string, PrintedLabel[]>();
for (const label of [...printedLabels].sort((a, b) => b.text.length - a.text.length)) {
  const first = label.text[0] ?? '';
  byFirstCharacter.set(first, [...(byFirstCharacter.get(first) ?? []), label]);
}

/** The label that stands at this place of a text; undefined = none. */
export function labelAt(text: string, at: number): PrintedLabel | undefined {
  return byFirstCharacter.get(text[at] ?? '')?.find((label) => text.startsWith(label.text, at));
}

/** What stands in a prefix for a name that is not known yet: `[unknown]`. */
export const unknownNames: ReadonlySet<string> = new Set(['[unknown]']);

export function isSectionLabel(label: Severity | SectionLabel): label is SectionLabel {
  return (sectionLabels as readonly string[]).includes(label);
}
