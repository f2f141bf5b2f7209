import { wordingsOf } from '../connection/languages.ts';
import { templateStart } from '../connection/messageTemplate.ts';
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

/** What the catalogs have for a severity and for the label of a section. */
const severityMsgids = severities.map((means) => ({ means, msgid: means }));
const sectionMsgids = sectionLabels.flatMap((means) =>
  (means === 'LOCATION' ? ['%s, %s:%d\n', '%s:%d\n'] : ['']).map((rest) => ({
    means,
    msgid: `${means}:  ${rest}`,
  })),
);
/** What stands in a prefix for a name that is not known yet, in English. */
export const unknownName = '[unknown]';
export const labelMsgids: readonly string[] = [...severityMsgids, ...sectionMsgids].map(({ msgid }) => msgid);

const debugLevels = ['DEBUG1', 'DEBUG2', 'DEBUG3', 'DEBUG4', 'DEBUG5'];
const severityWords: ReadonlyMap<string, Severity> = new Map([
  ...severityMsgids.flatMap(({ means, msgid }) =>
    wordingsOf(msgid).map(({ text }) => [text, means] as const),
  ),
  ...debugLevels.map((word) => [word, 'DEBUG'] as const),
]);

/**
 * Every label that a log can print, in every language, each once. A severity is followed by a colon and two spaces;
 * the label of a section brings its own: Turkish and Korean have some without a space.
 */
export const printedLabels: readonly PrintedLabel[] = [
  ...[...severityWords].map(([word, means]) => ({ text: `${word}:  `, means })),
  ...new Map(
    sectionMsgids.flatMap(({ means, msgid }) =>
      wordingsOf(msgid).map((wording) => {
        const text = templateStart(wording.text);
        return [text, { text, means }] as const;
      }),
    ),
  ).values(),
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

/** What a word means that stands in the severity column of a csv log; undefined = it is no severity. */
export function severityOf(word: string): Severity | undefined {
  return severityWords.get(word);
}

/** What stands in a prefix for a name that is not known yet, in every language. */
export const unknownNames: ReadonlySet<string> = new Set(wordingsOf(unknownName).map(({ text }) => text));

export function isSectionLabel(label: Severity | SectionLabel): label is SectionLabel {
  return (sectionLabels as readonly string[]).includes(label);
}
