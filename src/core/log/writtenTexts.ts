import { wordingsOf } from '../connection/languages.ts';
import { templateStart } from '../connection/messageTemplate.ts';
import { sectionMsgids, severityMsgids, unknownName, type SectionLabel } from './labelTexts.ts';
import type { Severity } from './logEntry.ts';
import { startsInAscii, type WantedStarts } from './wantedStarts.ts';

/** What every log is searched for from its first byte on, whatever language it may be in. */
export interface WrittenTexts {
  /** The words for a severity, and the languages that have it. */
  readonly severities: readonly (readonly [means: Severity, word: string, languages: readonly string[]])[];
  /** Labels of sections, as far as they are always the same: with the colon, and most with two spaces. */
  readonly sections: readonly (readonly [means: SectionLabel, texts: readonly string[]])[];
  /** What stands in a prefix for a name that is not known yet. */
  readonly unknownNames: readonly string[];
  readonly startsInAscii: WantedStarts;
}

/**
 * In every language. esbuildTables.mjs puts into the bundles what this answers, not how: so a log in English is read
 * without the translations.
 */
export function writtenTexts(): WrittenTexts {
  return {
    severities: severityMsgids.flatMap(({ means, msgid }) => {
      const languagesOf = new Map<string, string[]>();
      for (const { text, language } of wordingsOf(msgid))
        languagesOf.set(text, [...(languagesOf.get(text) ?? []), language]);
      return [...languagesOf].map(([word, languages]) => [means, word, languages] as const);
    }),
    sections: sectionMsgids.map(({ means, msgid }) => [
      means,
      [...new Set(wordingsOf(msgid).map(({ text }) => templateStart(text)))],
    ]),
    unknownNames: [...new Set(wordingsOf(unknownName).map(({ text }) => text))],
    startsInAscii: startsInAscii(),
  };
}
