import { failureTable } from './failureTable.ts';
import { everyLanguage, msgidsOf, translationsOf, type Wording } from './languages.ts';
import { serverTextStarts, sessionTexts } from './messageStarts.ts';
import { english } from './messageTexts.ts';

/** How a text begins and what else is in it; where that is '', the beginning is enough. */
export type Beginning = readonly [start: string, piece: string];

interface Foreign {
  readonly start: string;
  readonly wording: Wording;
}

/** A shorter beginning is that of too many texts which are not known. */
const shortest = 8;
const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

const all: readonly Foreign[] = [
  ...[
    ...[sessionTexts, english.clientTrouble, english.hbaFileMatched, english.hbaLineMatched].flat(),
    ...failureTable.flatMap(({ messages, backgroundMessages = [] }) => [...messages, ...backgroundMessages]),
  ]
    .flatMap((text) => [...everyLanguage.wordingsOf(text), ...msgidsOf(text).flatMap(translationsOf)])
    .map((wording) => ({ start: wording.template.texts[0], wording })),
  ...english.server.flatMap((text) => serverTextStarts(text, everyLanguage.wordingsOf)),
];
const englishStarts = new Set(
  all.flatMap(({ start, wording }) => (wording.language === 'en' && start !== '' ? [start] : [])),
);
const sessionMsgids = new Set(sessionTexts);

/**
 * Of which beginning and piece one belongs to every text in ASCII that is a known message in another language than
 * English, and to as few others as that allows. esbuild.mjs puts what this makes into the bundles, not how.
 */
export const foreignBeginnings: readonly Beginning[] = [
  ...new Map(
    all
      .flatMap((foreign) => beginningOf(foreign) ?? [])
      .map((beginning) => [JSON.stringify(beginning), beginning] as const),
  ).values(),
];

function beginningOf({ start, wording }: Foreign): [Beginning] | undefined {
  const { language, msgid, template } = wording;
  // what is read of a session's messages is not compared with the whole of their texts
  const isWhole = !sessionMsgids.has(msgid);
  if (language === 'en' || !isAscii(start) || (isWhole && !template.texts.every(isAscii))) return undefined;
  for (let length = Math.min(shortest, start.length); length <= start.length; length += 1) {
    const cut = start.slice(0, length);
    if (cut !== '' && ![...englishStarts].some((each) => each.startsWith(cut))) return [[cut, '']];
  }
  const [own, ...rest] = template.texts;
  const longest = rest.reduce((a, b) => (b.length > a.length ? b : a), '');
  return [[start, isWhole && start === own ? longest : '']];
}
