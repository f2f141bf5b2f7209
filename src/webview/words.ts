import { pageStrings, type PageStringKey } from '../core/report/pageStrings.ts';
import { renderSentence } from '../core/sentence.ts';

/** A text that has a form for one and a form for all other numbers. */
export type CountedKey = PageStringKey extends infer Key
  ? Key extends `${infer Stem}.one`
    ? Stem
    : never
  : never;

/** Says the page's texts in the user's language; what the host did not send is said in English. */
export interface Words {
  readonly say: (key: PageStringKey, ...args: (string | number)[]) => string;
  /** The form that fits the number; `{0}` is the number as the page shows it. */
  readonly count: (key: CountedKey, count: number, shown?: string) => string;
}

/** Words for a locale (BCP 47); an unknown locale counts as English. */
export function createWords(translated: Readonly<Record<string, string>>, locale: string): Words {
  const plurals = new Intl.PluralRules([locale, 'en']);
  const say: Words['say'] = (key, ...args) =>
    renderSentence({ message: translated[key] ?? pageStrings[key], args });
  return {
    say,
    count: (key, count, shown = String(count)) =>
      say(plurals.select(count) === 'one' ? `${key}.one` : `${key}.other`, shown),
  };
}
