import { failureTable } from './failureTable.ts';
import { everyLanguage, msgidsOf, translationsOf, type Wording } from './languages.ts';
import { serverTextStarts, sessionTexts } from './messageStarts.ts';
import { english } from './messageTexts.ts';

/** How a text begins and what else is in it; without that, the beginning is enough. */
export type Beginning = readonly [start: string, piece?: string];

interface Foreign {
  readonly start: string;
  readonly wording: Wording;
}

/** A shorter beginning in ASCII is that of too many texts which are not known. */
const shortest = 8;
const fewLetters = 4;
const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

/**
 * Of which beginning and piece one belongs to every text that is a known message in another language than English, and
 * to as few others as that allows. esbuildTables.mjs puts into the bundles what this makes, not how.
 */
export function foreignBeginnings(): readonly Beginning[] {
  const all = messages();
  const englishStarts = new Set(
    all.flatMap(({ start, wording }) => (wording.language === 'en' && start !== '' ? [start] : [])),
  );
  return fewest(
    all
      .filter(({ wording }) => wording.language !== 'en')
      .map((foreign) => beginningOf(foreign, [...englishStarts])),
  );
}

/** All that is read of a server's log, in all languages. */
function messages(): Foreign[] {
  const texts = [
    ...[sessionTexts, english.clientTrouble, english.hbaFileMatched, english.hbaLineMatched].flat(),
    ...failureTable.flatMap(({ messages: known, backgroundMessages = [] }) => [
      ...known,
      ...backgroundMessages,
    ]),
  ];
  return [
    ...texts
      .flatMap((text) => [...everyLanguage.wordingsOf(text), ...msgidsOf(text).flatMap(translationsOf)])
      .map((wording) => ({ start: wording.template.texts[0], wording })),
    ...english.server.flatMap((text) => serverTextStarts(text, everyLanguage.wordingsOf)),
  ];
}

function beginningOf({ start, wording }: Foreign, englishStarts: readonly string[]): Beginning {
  const { msgid, template } = wording;
  for (let length = 1; length <= start.length; length += 1) {
    const cut = start.slice(0, length);
    if (length < Math.min(shortest, start.length) && isAscii(cut)) continue;
    if (englishStarts.some((each) => each.startsWith(cut))) continue;
    // behind the words of an English message may stand any name: a letter of it tells little
    return [isAscii(cut) ? start.slice(0, length + fewLetters) : cut];
  }
  const [own, ...rest] = template.texts;
  const longest = rest.reduce((a, b) => (b.length > a.length ? b : a), '');
  // what is read of a session's messages is not compared with the whole of their texts
  const isWhole = start === own && !sessionTexts.includes(msgid);
  return isWhole && longest !== '' ? [start, part(longest)] : [start];
}

/** Few letters that are not English tell as much as all. */
function part(piece: string): string {
  const at = piece.search(/[^\0-\x7f]/);
  return at < 0 ? piece : piece.slice(at, at + fewLetters);
}

/** Without those whose texts others are of, too. */
function fewest(beginnings: readonly Beginning[]): Beginning[] {
  const covers = ([start, piece]: Beginning, [otherStart, otherPiece = '']: Beginning): boolean =>
    otherStart.startsWith(start) &&
    (piece === undefined || (otherStart === start && otherPiece.includes(piece)));
  const kept: Beginning[] = [];
  for (const each of beginnings) {
    if (kept.some((other) => covers(other, each))) continue;
    kept.splice(0, kept.length, ...kept.filter((other) => !covers(each, other)), each);
  }
  return kept;
}
