import { failureTable } from './failureTable.ts';
import { wordingsOf, type Wording } from './languages.ts';
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

const ofSessions = [
  ...[english.received, english.receivedLocal, ...english.authenticated, english.authorized],
  ...[...english.wholeAuthorized, english.replicationAuthorized, ...english.wholeReplicationAuthorized],
  ...[english.ready, english.disconnection],
];

/** How the LOG messages begin that parseConnectionMessage reads. */
export const logMessageStarts: readonly MessageStart[] = shortest([
  ...startsOf(ofSessions, true),
  ...startsOf(english.clientTrouble),
  ...english.server
    .flatMap(serverTextStarts)
    .map(({ start, wording }) => ({ start, languages: [wording.language], standsAlone: false })),
]);

/** How the ERROR messages begin that are problems of the server: libraries that do not load, panics in Rust. */
export const errorMessageStarts: readonly MessageStart[] = shortest(
  startsOf(
    failureTable
      .filter(({ severities }) => severities?.includes('ERROR'))
      .flatMap(({ messages }) => messages),
  ),
);

function startsOf(messages: readonly string[], standsAlone = false): MessageStart[] {
  return messages
    .flatMap(wordingsOf)
    .map(({ template, language }) => ({ start: template.texts[0], languages: [language], standsAlone }));
}

/** How a message about the server begins in each language; one that begins with a value, by the values it may have. */
export function serverTextStarts({
  message,
  firstValues = [],
}: ServerText): { readonly start: string; readonly wording: Wording }[] {
  return wordingsOf(message).flatMap((wording) => {
    const [start, next = ''] = wording.template.texts;
    if (start !== '') return [{ start, wording }];
    return firstValues
      .flatMap(wordingsOf)
      .filter(({ language }) => language === 'en' || language === wording.language)
      .map(({ template }) => ({
        start: template.texts[0] + (template.texts.length === 1 ? next : ''),
        wording,
      }));
  });
}

/** Without those that begin with another one of them; equal ones are one, of all their languages. */
function shortest(starts: readonly MessageStart[]): MessageStart[] {
  const kept: MessageStart[] = [];
  // of two that begin alike, the shorter comes first, and nothing between that does not begin with it
  for (const each of [...starts].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))) {
    const last = kept.at(-1);
    if (!last || !each.start.startsWith(last.start)) kept.push(each);
    else
      kept[kept.length - 1] = {
        start: last.start,
        languages: [...new Set([...last.languages, ...each.languages])],
        standsAlone: last.standsAlone && each.standsAlone,
      };
  }
  return kept;
}
