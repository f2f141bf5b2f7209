import { isAscii } from '../isAscii.ts';
import { failureTable } from './failureTable.ts';
import { everyLanguage, msgidsOf, translationsOf, type Wording } from './languages.ts';
import { serverTextStarts, sessionTexts } from './messageStarts.ts';
import { english } from './messageTexts.ts';

/** How a text begins, and what else is in it, one of each; where nothing needs to be, the beginning is enough. */
export type Beginning = readonly [starts: readonly string[], pieces: readonly string[]];

type OneBeginning = readonly [start: string, piece?: string];

interface Foreign {
  readonly start: string;
  readonly wording: Wording;
}

/** A shorter beginning in ASCII is that of too many texts which are not known. */
const shortest = 8;
const fewLetters = 4;

/**
 * Of which beginning and piece one belongs to every text that is a known message in another language than English, and
 * to as few others as that allows. esbuildTables.mjs puts into the bundles what this makes, not how.
 */
export function foreignBeginnings(): readonly Beginning[] {
  const all = messages();
  const englishStarts = new Set(
    all.flatMap(({ start, wording }) => (wording.language === 'en' && start !== '' ? [start] : [])),
  );
  const beginEnglish = new Set([...englishStarts].flatMap(beginningsOf));
  return fewest(
    all
      .filter(({ wording }) => wording.language !== 'en')
      .map((foreign) => beginningOf(foreign, beginEnglish)),
  );
}

/** All that is read of a server's log, in all languages. */
function messages(): Foreign[] {
  const texts = [
    ...[sessionTexts, english.clientTrouble, english.hbaFileMatched, english.hbaLineMatched].flat(),
    ...failureTable.flatMap(({ messages: known, backgroundMessages = [], detail = [] }) => [
      ...known,
      ...backgroundMessages,
      ...[detail].flat(),
    ]),
  ];
  return [
    ...texts
      .flatMap((text) => [...everyLanguage.wordingsOf(text), ...msgidsOf(text).flatMap(translationsOf)])
      .map((wording) => ({ start: wording.template.texts[0], wording })),
    ...english.server.flatMap((text) => serverTextStarts(text, everyLanguage.wordingsOf)),
  ];
}

/** All that a text may be cut to, the whole of it last. */
function beginningsOf(text: string): string[] {
  return Array.from({ length: text.length }, (_, index) => text.slice(0, index + 1));
}

function beginningOf({ start, wording }: Foreign, beginEnglish: ReadonlySet<string>): OneBeginning {
  const { msgid, template } = wording;
  for (let length = 1; length <= start.length; length += 1) {
    const cut = start.slice(0, length);
    if (length < Math.min(shortest, start.length) && isAscii(cut)) continue;
    if (beginEnglish.has(cut)) continue;
    // behind the words of an English message may stand any name: a letter of it tells little
    return [isAscii(cut) ? start.slice(0, length + fewLetters) : cut];
  }
  const [own, ...rest] = template.texts;
  // one that begins with a value may begin with the English one, behind which only the rest tells
  const behind = start === own ? rest : rest.filter((text) => !start.endsWith(text));
  const longest = behind.map(part).reduce((a, b) => (weight(b) > weight(a) ? b : a), '');
  // what is read of a session's messages is not compared with the whole of their texts
  const isWhole = (start === own || own === '') && !sessionTexts.includes(msgid);
  return isWhole && longest !== '' ? [start, longest] : [start];
}

/** How much a piece tells: one in ASCII may be English. */
function weight(piece: string): number {
  return piece.length + (isAscii(piece) ? 0 : 1000);
}

/** Few letters that are not English tell as much as all. */
function part(piece: string): string {
  const at = piece.search(/[^\0-\x7f]/);
  return at < 0 ? piece : piece.slice(at, at + fewLetters);
}

/** Without those whose texts others are of, too. */
function fewest(beginnings: readonly OneBeginning[]): Beginning[] {
  const pieces = new Map<string, Set<string>>();
  const alone = new Set<string>();
  for (const [start, piece] of beginnings) {
    if (piece === undefined) alone.add(start);
    else pieces.set(start, (pieces.get(start) ?? new Set()).add(piece));
  }
  const beginsAlone = (texts: readonly string[]): boolean => texts.some((text) => alone.has(text));
  const short = [...alone].filter((start) => !beginsAlone(beginningsOf(start).slice(0, -1)));
  const long = new Map<string, [starts: string[], pieces: string[]]>();
  for (const [start, all] of pieces) {
    if (beginsAlone(beginningsOf(start))) continue;
    const least = shortestOf(all);
    const same = long.get(least.join('\n'));
    if (same) same[0].push(start);
    else long.set(least.join('\n'), [[start], least]);
  }
  return [[short, []], ...long.values()];
}

/** Without those that others are in. */
function shortestOf(pieces: ReadonlySet<string>): string[] {
  return [...pieces].filter(
    (piece) => ![...pieces].some((other) => other !== piece && piece.includes(other)),
  );
}
