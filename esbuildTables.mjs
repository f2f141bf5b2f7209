// Tables of the core that would cost each start more than they are worth: worked out when the bundles are built, and put
// into them as one text, which is cheaper to read than thousands of literals.
import { build } from 'esbuild';
import { dirname, join } from 'node:path';

/** Between the msgids, the languages of one, and the texts of a language. */
const [row, cell, variant] = ['|', '~', '^'];

/** What a module of the core exports: bundled and run here, for it needs nothing of the product. */
async function exportsOf(path) {
  const { outputFiles } = await build({
    ...{ entryPoints: [path], bundle: true, write: false, format: 'esm', charset: 'utf8' },
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/** A text of rows of cells of variants. */
function joined(rows) {
  const texts = rows.flat(2);
  const unfit = texts.find((text) => [row, cell, variant].some((separator) => text.includes(separator)));
  if (unfit !== undefined) throw new Error(`A separator stands in ${JSON.stringify(unfit)}: choose another`);
  return rows.map((cells) => cells.map((variants) => variants.join(variant)).join(cell)).join(row);
}

function translationsText(translations) {
  const languages = [...new Set(Object.values(translations).flatMap((each) => Object.keys(each)))].sort();
  const rows = Object.entries(translations).map(([msgid, translated]) => [
    [msgid],
    ...languages.map((language) => [translated[language] ?? []].flat()),
  ]);
  return joined([[['']].concat(languages.map((language) => [language])), ...rows]);
}

const read = (text) => `
  const cut = ${JSON.stringify(text)}.split('${row}').map((row) => row.split('${cell}'));
`;

const translationsSource = (translations, beginnings) => `
  export function readTranslations() {
    ${read(translationsText(translations))}
    const rows = {};
    const [[, ...languages], ...msgids] = cut;
    for (const [msgid, ...cells] of msgids) {
      const translated = (rows[msgid] = {});
      for (let index = 0; index < cells.length; index += 1) {
        if (cells[index] === '') continue;
        const texts = cells[index].split('${variant}');
        translated[languages[index]] = texts.length === 1 ? texts[0] : texts;
      }
    }
    return rows;
  }
  export function readBeginnings() {
    ${read(joined(beginnings))}
    const texts = (cell) => (cell === '' ? [] : cell.split('${variant}'));
    return cut.map(([starts, pieces]) => [starts === '' ? [''] : texts(starts), texts(pieces)]);
  }
`;

const inCore = (path) => new RegExp(`[/\\\\]core[/\\\\]${path}\\.ts$`);

export const tables = {
  name: 'tables',
  setup: ({ onLoad }) => {
    onLoad({ filter: inCore('log[/\\\\]translations') }, async ({ path }) => {
      const beginnings = join(dirname(path), '..', 'connection', 'foreignBeginnings.ts');
      const [{ readTranslations }, { foreignBeginnings }] = [
        await exportsOf(path),
        await exportsOf(beginnings),
      ];
      return {
        contents: translationsSource(readTranslations(), foreignBeginnings()),
        resolveDir: dirname(path),
      };
    });
    onLoad({ filter: inCore('connection[/\\\\]foreignBeginnings') }, ({ path }) => ({
      contents: `import { readBeginnings } from '../log/translations.ts';
        export { readBeginnings as foreignBeginnings };`,
      resolveDir: dirname(path),
    }));
  },
};
