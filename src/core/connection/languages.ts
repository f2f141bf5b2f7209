import { readTranslations } from '../log/translations.ts';
import {
  fillTemplate,
  matchTemplate,
  messageTemplate,
  templateShape,
  type MessageTemplate,
} from './messageTemplate.ts';

/** A message as one language words it; `en` is PostgreSQL's own, which is printed where there is no other. */
export interface Wording {
  readonly text: string;
  /** The English message that it is a wording of. */
  readonly msgid: string;
  readonly language: string;
  readonly template: MessageTemplate;
}

/** Languages, and how they word a message. */
export interface Vocabulary {
  readonly languages: readonly string[];
  readonly wordingsOf: (text: string) => readonly Wording[];
  readonly translationsOf: (msgid: string) => readonly Wording[];
}

/** The languages that PostgreSQL 13 to 18 have a message catalog for, by the names of the catalogs. */
export const languages: readonly string[] = [
  ...['de', 'es', 'fr', 'id', 'it', 'ja', 'ka', 'ko', 'pl', 'pt_BR', 'ru', 'sv', 'tr', 'uk'],
  ...['zh_CN', 'zh_TW'],
];

let translations: ReturnType<typeof readTranslations> | undefined;
let byShape: Map<string, string[]> | undefined;

/** Read when another language than English is looked for: there are thousands. */
function translated(): ReturnType<typeof readTranslations> {
  return (translations ??= readTranslations());
}

function msgidsByShape(): ReadonlyMap<string, readonly string[]> {
  if (byShape) return byShape;
  byShape = new Map();
  for (const msgid of Object.keys(translated())) {
    const shape = templateShape(msgid);
    byShape.set(shape, [...(byShape.get(shape) ?? []), msgid]);
  }
  return byShape;
}

/** Texts with a value already in them, and their msgids. */
const filled: ReadonlyMap<string, string> = new Map([
  ['invalid value for parameter "replication": "%s"', 'invalid value for parameter "%s": "%s"'],
]);

/**
 * The msgids that a text stands for: that which differs at most in the letters of its places (`%s` for `%m`); else
 * all that it covers, as `no pg_hba.conf entry for host "%s"%s` does.
 */
export function msgidsOf(
  text: string,
  msgids: ReadonlyMap<string, readonly string[]> = msgidsByShape(),
): readonly string[] {
  const template = messageTemplate(text);
  const same = msgids.get(templateShape(filled.get(text) ?? text));
  return same ?? [...msgids.values()].flat().filter((msgid) => matchTemplate(template, msgid));
}

const wordings = new Map<string, readonly Wording[]>();

/** How a message is worded, in English first and then in every language that has a translation of it. */
export function wordingsOf(text: string): readonly Wording[] {
  const known = wordings.get(text) ?? findWordings(text);
  wordings.set(text, known);
  return known;
}

/** How a message is worded in English only. */
export function englishOf(text: string): readonly Wording[] {
  return [wording(text, text, 'en')];
}

function findWordings(text: string): Wording[] {
  const others = msgidsOf(text).flatMap(translationsOf);
  const msgid = filled.get(text);
  const values = msgid === undefined ? undefined : matchTemplate(messageTemplate(msgid), text);
  const fill = (each: Wording): Wording =>
    values ? wording(fillTemplate(each.template, values), text, each.language) : each;
  return [...englishOf(text), ...others.map(fill)];
}

/** The translations of a msgid. */
export function translationsOf(msgid: string): Wording[] {
  return Object.entries(translated()[msgid] ?? {}).flatMap(([language, texts]) =>
    [texts].flat().map((text) => wording(text, msgid, language)),
  );
}

function wording(text: string, msgid: string, language: string): Wording {
  return new CatalogText(text, msgid, language);
}

export const englishOnly: Vocabulary = {
  languages: ['en'],
  wordingsOf: englishOf,
  translationsOf: () => [],
};
export const everyLanguage: Vocabulary = { languages: ['en', ...languages], wordingsOf, translationsOf };

/** Most wordings are never compared with a message, but for how they begin: they are cut when one is. */
class CatalogText implements Wording {
  readonly text: string;
  readonly msgid: string;
  readonly language: string;
  #template: MessageTemplate | undefined;

  constructor(text: string, msgid: string, language: string) {
    this.text = text;
    this.msgid = msgid;
    this.language = language;
  }

  get template(): MessageTemplate {
    return (this.#template ??= messageTemplate(this.text));
  }
}
