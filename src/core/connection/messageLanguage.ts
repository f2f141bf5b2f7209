import { ByStart } from './byStart.ts';
import { catalogTexts } from './catalogTexts.ts';
import { wordingsOf, type Wording } from './languages.ts';
import { matchTemplate, templateStart } from './messageTemplate.ts';

const known = new ByStart<Wording>(() =>
  catalogTexts.flatMap(wordingsOf).map((wording) => [templateStart(wording.text), wording]),
);

/** Is it a known message in one of these languages? They are named as catalogs are; `en` is English. */
export function isMessageIn(message: string, languages: readonly string[]): boolean {
  const found = known.find(message, ({ language, template }) =>
    languages.includes(language) && matchTemplate(template, message) ? language : undefined,
  );
  return found !== undefined;
}
