/** Escapes that look alike: one may be meant by what was taken for another. */
const lookalikes = ['ts', 'plxQP', 'uda', 'hL', 'bi'] as const;
/** Escapes that are empty on some lines, and so unseen there. */
const oftenEmpty = ['v', 'i', 'P'] as const;

/** Prefixes that differ from a prefix in one respect; the smaller the change the earlier. */
export function prefixVariants(text: string): string[] {
  const parts = partsOf(text);
  const joined = (index: number, count: number, put: string): string =>
    parts.toSpliced(index, count, put).join('');
  return [
    ...stops(text),
    ...swaps(parts),
    ...parts.flatMap((part, at) => replacements(part).map((put) => joined(at, 1, put))),
    ...numbersIn(text),
    ...oftenEmpty
      .filter((letter) => !new RegExp(String.raw`%-?\d*${letter}`).test(text))
      .flatMap((letter) =>
        [...parts, ''].flatMap((_, at) => [joined(at, 0, `%${letter}`), joined(at, 0, `%99${letter}`)]),
      ),
  ];
}

function partsOf(text: string): string[] {
  return text.match(/%-?\d*[^]|[^%]/g) ?? [];
}

/** The prefix with `%q` nowhere, and at each other place. */
function stops(text: string): string[] {
  const parts = partsOf(text.replaceAll('%q', ''));
  const at = (index: number, stop: string): string => parts.toSpliced(index, 0, stop).join('');
  // a space before a padded field has been taken for its padding
  const all = parts.flatMap((part, index) => [
    at(index, '%q'),
    ...(/^%\d/.test(part) ? [at(index, ' %q')] : []),
  ]);
  return [...(text.includes('%q') ? [parts.join('')] : []), ...all];
}

function letterOf(part: string): string {
  return part.length > 1 ? (part.at(-1) ?? '') : '';
}

/** Two lookalikes in each other's places. */
function swaps(parts: readonly string[]): string[] {
  return parts.flatMap((part, at) =>
    parts.slice(at + 1).flatMap((other, further) => {
      const group = lookalikes.find((letters) => letters.includes(letterOf(part)));
      if (letterOf(part) === '' || letterOf(other) === '' || group?.includes(letterOf(other)) !== true)
        return [];
      return [
        parts
          .with(at, other)
          .with(at + 1 + further, part)
          .join(''),
      ];
    }),
  );
}

/** An escape that looks alike, or none of its width. */
function replacements(part: string): string[] {
  const letter = letterOf(part);
  if (letter === '' || letter === '%' || letter === 'q') return [];
  if (letter === 'v') return ['%x/%p', '%p/%l', '%99v', '%-99v'];
  const group: string = lookalikes.find((letters) => letters.includes(letter)) ?? '';
  const others = group
    .split('')
    .filter((other) => other !== letter)
    .map((other) => part.slice(0, -1) + other);
  return part.length > 2 ? [...others, `%${letter}`, `%-99${letter}`, `%99${letter}`] : others;
}

/** Each number in the text that stays the same may be a field that was the same on the lines so far. */
function numbersIn(text: string): string[] {
  return [...text.matchAll(/(?<![%\d-]|%-?\d*)\d+(?:([/.])\d+)?/g)].flatMap(
    ({ 0: number, 1: between, index }) =>
      (between === '/' ? ['v'] : between === '.' ? ['n', 'c'] : ['l', 'p', 'x', 'Q']).map(
        (letter) => `${text.slice(0, index)}%${letter}${text.slice(index + number.length)}`,
      ),
  );
}
