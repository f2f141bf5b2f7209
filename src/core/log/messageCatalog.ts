import { wordingsOf } from '../connection/languages.ts';
import { errorMessageStarts, logMessageStarts, type MessageStart } from '../connection/messageStarts.ts';
import type { Severity } from './logEntry.ts';
import type { OtherLabels, ScanAnchor, ScanMessage, ScanTable } from './logFormat.ts';

/** Which messages of which severity are cut out of the log; every other byte never becomes a string. */
const wanted = once((): readonly { severity: Severity; messages: readonly MessageStart[] }[] => [
  { severity: 'LOG', messages: logMessageStarts() },
  { severity: 'FATAL', messages: [] },
  { severity: 'PANIC', messages: [] },
  { severity: 'ERROR', messages: errorMessageStarts() },
]);

/** A severity as one format writes it. */
interface WantedLabel {
  readonly text: string;
  readonly languages: readonly string[];
  readonly messages: readonly ScanMessage[];
}

/** stderr: `SEVERITY:  ` with nothing, or `XXXXX: `, before the message. */
export const stderrTable = once((): ScanTable => ({
  framing: 'lines',
  between: 'optionalSqlState',
  // k is the rarest letter of these words
  raw: { needle: 'ked at ', before: ' panic' },
  ...tableOf(
    labelsOf((word) => `${word}:  `),
    // G is the rarest letter of LOG, and no long needle is found faster than its first letter
    ['G:  ', 'FATAL', 'PANIC', 'ERROR'],
    { needle: ':  ', labelEnd: 3, wordEnd: 3 },
  ),
}));

/** csv: `,SEVERITY,XXXXX,"message`. */
export const csvTable = once((): ScanTable => ({
  framing: 'csv',
  between: 'csvSqlState',
  ...tableOf(
    labelsOf(
      (word) => `,${word},`,
      (message) => message.replaceAll('"', '""'),
    ),
    // and what other languages make of these: LOGG, FATALE, PANICO
    ['G,', 'FATAL', 'PANIC', 'ERROR'],
    { needle: ',"', labelEnd: -5, wordEnd: 1 },
  ),
}));

/** json, where the severity is English whatever lc_messages says. */
export const jsonTable = once((): ScanTable => ({
  framing: 'singleLine',
  between: 'jsonMessageKey',
  ...tableOf(
    labelsOf(
      (word) => `"error_severity":"${word}","`,
      (message) => JSON.stringify(message).slice(1, -1),
    ).filter(({ languages }) => languages.includes('en')),
    ['LOG","', 'FATAL","', 'PANIC","', 'ERROR","'],
  ),
}));

/** What is made of thousands of texts, made when it is wanted: of the three tables a log needs one. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** The severities in every language: `place` says how a format writes one, `escape` how it writes a message. */
function labelsOf(
  place: (word: string) => string,
  escape: (message: string) => string = (message) => message,
): WantedLabel[] {
  return wanted().flatMap(({ severity, messages }) => {
    const words = new Map<string, string[]>();
    for (const { text, language } of wordingsOf(severity))
      words.set(text, [...(words.get(text) ?? []), language]);
    const starts = messages.map(({ start, standsAlone, languages }) => ({
      start: escape(start),
      sections: !standsAlone,
      languages,
    }));
    return [...words].map(([word, languages]) => ({ text: place(word), languages, messages: starts }));
  });
}

/** Labels in which a needle stands are found by it; the others by what ends them all. */
function tableOf(
  labels: readonly WantedLabel[],
  needles: readonly string[],
  others?: Omit<OtherLabels, 'labels'>,
): Pick<ScanTable, 'anchors' | 'others'> {
  const anchors: ScanAnchor[] = [];
  const rest: WantedLabel[] = [];
  for (const label of labels) {
    const needle = needles.find((each) => label.text.includes(each));
    const at = needle === undefined ? -1 : label.text.indexOf(needle);
    if (needle === undefined) rest.push(label);
    else
      anchors.push({
        needle,
        before: label.text.slice(0, at),
        after: label.text.slice(at + needle.length),
        languages: label.languages,
        messages: label.messages,
      });
  }
  return { anchors, others: others && { ...others, labels: rest } };
}
