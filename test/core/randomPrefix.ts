const times = ['m', 't', 'n'];
const others = ['a', 'u', 'd', 'r', 'h', 'L', 'b', 'P', 'i', 'e', 'l', 's', 'v', 'x', 'Q'];
const beginnings = ['[', '<', '"', '(', 'pg: ', '{"t":"', ' ', 'pid=', '1 ', 'x', 'é '];
const separators = [
  ...[' ', ' ', ' - ', ':', ',', '|', ' | ', ';', '\t', '/', '@', ' [', '] ', '] [', ' (', ') ', '='],
  ...[' db=', ',user=', ' app=', ' "', '" ', '", "', ' <', '> ', '%% ', ' é ', ' 1 ', '##'],
];
const ends = [' ', ' ', ' ', ': ', '] ', ' - ', '', ':', '> ', '" ', ')'];
const widths = ['10', '-10', '-20', '5', '-5', '30'];

/**
 * A log_line_prefix that tells sessions apart, as nobody would set it and somebody does: one to eight escapes in any
 * order between any punctuation, some padded, some behind `%q`. `next` gives numbers in [0, 1).
 */
export function randomPrefix(next: () => number): string {
  const pick = (list: readonly string[]): string => list[Math.floor(next() * list.length)] ?? '';
  const chosen = new Set<string>([next() < 0.75 ? 'p' : 'c']);
  if (next() < 0.7) chosen.add(pick(times));
  if (next() < 0.5) chosen.add('u').add('d');
  const count = 1 + Math.floor(next() * 8);
  while (chosen.size < count) chosen.add(pick([...times, ...others, 'p', 'c']));
  const letters = [...chosen].map((letter) => ({ letter, place: next() })).sort((a, b) => a.place - b.place);
  const stopAt = next() < 0.3 ? Math.floor(next() * letters.length) : -1;
  let text = next() < 0.3 ? pick(beginnings) : '';
  for (const [index, { letter }] of letters.entries()) {
    if (index > 0) text += pick(separators);
    if (index === stopAt) text += '%q';
    text += `%${next() < 0.12 ? pick(widths) : ''}${letter}`;
  }
  return text + pick(ends);
}
