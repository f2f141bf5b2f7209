import { englishOf, wordingsOf, type Wording } from './languages.ts';
import { english } from './messageTexts.ts';

/**
 * What may stand before a value: in the words of one language, which differ from release to release, and then in
 * English, which is printed where a catalog has no translation. The first group of which one is found counts.
 */
export type Pieces = readonly (readonly string[])[];

/** What one language puts around the values of a login's message. */
export interface Form {
  readonly database: Pieces;
  readonly application: Pieces;
  readonly tls: readonly Wording[];
  readonly gss: readonly Wording[];
}

const wholeSentences = [...english.wholeAuthorized, ...english.wholeReplicationAuthorized];

export function formOf(language: string): Form {
  const whole = wordingsIn(language, wholeSentences).map(cutSentence);
  const both = language === 'en' ? ['en'] : [language, 'en'];
  const starts = (each: string, message: string): string[] =>
    wordingsIn(each, [message]).map(({ template }) => template.texts[0]);
  return {
    database: both.map((each) => [
      ...(each === language ? whole.flatMap(({ database }) => database ?? []) : []),
      ...starts(each, english.database),
    ]),
    application: both.map((each) => [
      ...(each === language ? whole.flatMap(({ application }) => application ?? []) : []),
      ...starts(each, english.application),
    ]),
    tls: [...whole.flatMap(({ tls }) => tls ?? []), ...both.flatMap((each) => wordingsIn(each, english.tls))],
    gss: both.flatMap((each) => wordingsIn(each, english.gss)),
  };
}

export function wordingsIn(language: string, messages: readonly string[]): Wording[] {
  if (language === 'en') return messages.flatMap(englishOf);
  return messages.flatMap(wordingsOf).filter((wording) => wording.language === language);
}

/** Where the first piece of the first group stands that has one at or after `from`; undefined = nowhere. */
export function firstPiece(
  text: string,
  pieces: Pieces,
  from: number,
): { at: number; piece: string } | undefined {
  for (const group of pieces) {
    const [first] = group
      .map((piece) => ({ at: text.indexOf(piece, from), piece }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at);
    if (first) return first;
  }
  return undefined;
}

/** Cuts a whole sentence into the pieces that 13 and later print one after the other. */
function cutSentence({ msgid, text, language, template }: Wording): {
  database?: string | undefined;
  application?: string | undefined;
  tls?: Wording | undefined;
} {
  const [, ...rest] = template.texts;
  const database = msgid.includes(english.database) ? rest.shift() : undefined;
  const application = msgid.includes(english.application) ? rest.shift() : undefined;
  const [start, ...others] = rest;
  if (start === undefined || others.length === 0) return { database, application };
  const tls: Wording = {
    text,
    msgid: msgid.slice(msgid.indexOf(' SSL')),
    language,
    template: { texts: [start, ...others], order: others.map((_, index) => index) },
  };
  return { database, application, tls };
}
