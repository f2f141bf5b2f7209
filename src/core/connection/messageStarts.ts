import { failureRows } from './failureRows.ts';
import { wordingsOf, type Vocabulary, type Wording } from './languages.ts';
import { templateStart } from './messageTemplate.ts';
import { english, type ServerText } from './messageTexts.ts';

/**
 * How the messages that matter begin. The scan of the log cuts out only these, so each is as long as the text allows
 * and none begins another.
 */
export interface MessageStart {
  readonly start: string;
  /** The languages that have a message which begins so; `en` is English. */
  readonly languages: readonly string[];
  /** Entries of a session's life stand alone; the others may be explained by DETAIL and HINT. */
  readonly standsAlone: boolean;
}

/** The messages of a session's life. */
export const sessionTexts: readonly string[] = [
  ...[english.received, english.receivedLocal, ...english.authenticated, english.authorized],
  ...[...english.wholeAuthorized, english.replicationAuthorized, ...english.wholeReplicationAuthorized],
  ...[english.ready, english.disconnection],
];

/** How the LOG messages begin that parseConnectionMessage reads. */
export function logMessageStarts(): readonly MessageStart[] {
  return shortest([
    ...startsOf(sessionTexts, true),
    ...startsOf(english.clientTrouble),
    ...english.server
      .flatMap((text) => serverTextStarts(text, wordingsOf))
      .map(({ start, wording }) => ({ start, languages: [wording.language], standsAlone: false })),
  ]);
}

/** How the ERROR messages begin that are problems of the server: libraries that do not load, panics in Rust. */
export function errorMessageStarts(): readonly MessageStart[] {
  return shortest(
    startsOf(
      failureRows()
        .filter(({ severities }) => severities?.includes('ERROR'))
        .flatMap(({ messages }) => messages),
    ),
  );
}

function startsOf(messages: readonly string[], standsAlone = false): MessageStart[] {
  return messages
    .flatMap(wordingsOf)
    .map(({ text, language }) => ({ start: templateStart(text), languages: [language], standsAlone }));
}

/** How a message about the server begins in each language; one that begins with a value, by the values it may have. */
export function serverTextStarts(
  { message, firstValues = [] }: ServerText,
  wordingsIn: Vocabulary['wordingsOf'],
): { readonly start: string; readonly wording: Wording }[] {
  const values = firstValues.map((value) => byLanguage(wordingsIn(value)));
  return wordingsIn(message).flatMap((wording) => {
    const start = templateStart(wording.text);
    if (start !== '') return [{ start, wording }];
    const [, next = ''] = wording.template.texts;
    const languages = wording.language === 'en' ? ['en'] : ['en', wording.language];
    return values.flatMap((value) =>
      languages
        .flatMap((language) => value.get(language) ?? [])
        .map(({ text }) => {
          const valueStart = templateStart(text);
          return { start: valueStart + (valueStart === text ? next : ''), wording };
        }),
    );
  });
}

function byLanguage(wordings: readonly Wording[]): ReadonlyMap<string, readonly Wording[]> {
  const found = new Map<string, Wording[]>();
  for (const wording of wordings) {
    const same = found.get(wording.language);
    if (same) same.push(wording);
    else found.set(wording.language, [wording]);
  }
  return found;
}

/** Without those that begin with another one of them; equal ones are one, of all their languages. */
function shortest(starts: readonly MessageStart[]): MessageStart[] {
  const byStart = new Map<string, MessageStart>();
  for (const each of starts) {
    const same = byStart.get(each.start);
    byStart.set(each.start, same ? both(same, each) : each);
  }
  const kept: MessageStart[] = [];
  // of two that begin alike, the shorter comes first, and nothing between that does not begin with it
  for (const start of [...byStart.keys()].sort()) {
    const each = byStart.get(start);
    const last = kept.at(-1);
    if (!each) continue;
    if (!last || !start.startsWith(last.start)) kept.push(each);
    else kept[kept.length - 1] = both(last, each);
  }
  return kept;
}

/** The beginning of the one stands for both. */
function both({ start, languages, standsAlone }: MessageStart, other: MessageStart): MessageStart {
  const others = other.languages.filter((language) => !languages.includes(language));
  return {
    start,
    languages: others.length > 0 ? [...languages, ...others] : languages,
    standsAlone: standsAlone && other.standsAlone,
  };
}
