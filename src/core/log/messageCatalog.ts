import { written } from './labels.ts';
import type { Severity } from './logEntry.ts';
import type { OtherLabels, ScanAnchor, ScanLabels, ScanMessage, ScanTable, ScanWords } from './logFormat.ts';
import { wantedStarts, type StartsAlike } from './wantedStarts.ts';

/** A severity as one format writes it. */
interface WantedLabel {
  readonly text: string;
  readonly languages: readonly string[];
  readonly messages: readonly ScanMessage[];
}

/** stderr: `SEVERITY:  ` with nothing, or `XXXXX: `, before the message. */
export const stderrTable: ScanTable = {
  framing: 'lines',
  between: 'optionalSqlState',
  // k is the rarest letter of these words
  raw: { needle: 'ked at ', before: ' panic' },
  labels: eachOnce((words) =>
    labelled(
      labelsOf(words, (word) => `${word}:  `),
      // G is the rarest letter of LOG, and no long needle is found faster than its first letter
      ['G:  ', 'FATAL', 'PANIC', 'ERROR'],
      { needle: ':  ', labelEnd: 3, wordEnd: 3 },
    ),
  ),
};

/** csv: `,SEVERITY,XXXXX,"message`. */
export const csvTable: ScanTable = {
  framing: 'csv',
  between: 'csvSqlState',
  labels: eachOnce((words) =>
    labelled(
      labelsOf(
        words,
        (word) => `,${word},`,
        (message) => message.replaceAll('"', '""'),
      ),
      // and what other languages make of these: LOGG, FATALE, PANICO
      ['G,', 'FATAL', 'PANIC', 'ERROR'],
      { needle: ',"', labelEnd: -5, wordEnd: 1 },
    ),
  ),
};

/** json, where the severity is English whatever lc_messages says. */
export const jsonTable: ScanTable = {
  framing: 'singleLine',
  between: 'jsonMessageKey',
  labels: eachOnce((words) =>
    labelled(
      labelsOf(
        words,
        (word) => `"error_severity":"${word}","`,
        (message) => JSON.stringify(message).slice(1, -1),
      ).filter(({ languages }) => languages.includes('en')),
      ['LOG","', 'FATAL","', 'PANIC","', 'ERROR","'],
    ),
  ),
};

/** What is made of many texts is made when it is wanted. */
function eachOnce(make: (words: ScanWords) => ScanLabels): (words: ScanWords) => ScanLabels {
  const made = new Map<ScanWords, ScanLabels>();
  return (words) => {
    const labels = made.get(words) ?? make(words);
    made.set(words, labels);
    return labels;
  };
}

/** Which messages of which severity are cut out of the log; every other byte never becomes a string. */
function wantedIn(
  words: ScanWords,
): readonly { readonly severity: Severity; readonly messages: readonly StartsAlike[] }[] {
  const { log, error } = words === 'any' ? wantedStarts() : written.startsInAscii;
  return [
    { severity: 'LOG', messages: log },
    { severity: 'FATAL', messages: [] },
    { severity: 'PANIC', messages: [] },
    { severity: 'ERROR', messages: error },
  ];
}

/** The severities in every language: `place` says how a format writes one, `escape` how it writes a message. */
function labelsOf(
  words: ScanWords,
  place: (word: string) => string,
  escape: (message: string) => string = (message) => message,
): WantedLabel[] {
  return wantedIn(words).flatMap(({ severity, messages }) => {
    const starts = messages.flatMap(({ starts: alike, standsAlone, languages }) =>
      alike.map((start) => ({ start: escape(start), sections: !standsAlone, languages })),
    );
    return written.severities
      .filter(([means]) => means === severity)
      .map(([, word, languages]) => ({ text: place(word), languages, messages: starts }));
  });
}

/** Labels in which a needle stands are found by it; the others by what ends them all. */
function labelled(
  labels: readonly WantedLabel[],
  needles: readonly string[],
  others?: Omit<OtherLabels, 'labels'>,
): ScanLabels {
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
