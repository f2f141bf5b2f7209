// Tables that would cost each start more than they are worth: worked out when the bundles are built, and put into them as
// one text, which is cheaper to read than thousands of literals. What few logs, or none yet, are read with is in files.
import { build } from 'esbuild';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Between the languages, the texts of one, and those of one msgid. */
const [row, cell, variant] = ['|', '~', '^'];

/** What a module exports: bundled and run here, for it needs nothing of the product. */
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

/** Language by language: what is alike stands close together then, and packs by an eighth smaller. */
function translationsText(translations) {
  const msgids = Object.keys(translations);
  const languages = [...new Set(msgids.flatMap((msgid) => Object.keys(translations[msgid])))].sort();
  const rows = languages.map((language) => [
    [language],
    ...msgids.map((msgid) => [translations[msgid][language] ?? []].flat()),
  ]);
  return joined([[['']].concat(msgids.map((msgid) => [msgid])), ...rows]);
}

const translationsSource = (translations) => `
  export function readTranslations() {
    const cut = ${JSON.stringify(translationsText(translations))}.split('${row}').map((row) => row.split('${cell}'));
    const [[, ...msgids], ...languages] = cut;
    const rows = Object.fromEntries(msgids.map((msgid) => [msgid, {}]));
    for (const [language, ...cells] of languages) {
      for (let index = 0; index < cells.length; index += 1) {
        if (cells[index] === '') continue;
        const texts = cells[index].split('${variant}');
        rows[msgids[index]][language] = texts.length === 1 ? texts[0] : texts;
      }
    }
    return rows;
  }
`;

/** Puts a text in the place of a module. */
function replaced(onLoad, path, contents) {
  const filter = new RegExp(`[/\\\\]src[/\\\\]${path.replaceAll('/', '[/\\\\]')}\\.ts$`);
  onLoad({ filter }, async (args) => ({ contents: await contents(), resolveDir: dirname(args.path) }));
}

const sources = fileURLToPath(new URL('src/', import.meta.url));

/** What a log in English, and in ASCII, is read without is a file of its own; so is what is said of failures, and what a first log needs. */
const files = {
  translations: { path: 'core/log/translations', name: 'readTranslations' },
  wantedStarts: { path: 'core/log/wantedStarts', name: 'wantedStarts' },
  foreignBeginnings: { path: 'core/connection/foreignBeginnings', name: 'foreignBeginnings' },
  failureSentences: { path: 'core/connection/failureSentences', name: 'failureSentences' },
};
/** Modules of WebAssembly, in base64: packed as they are they take three quarters of that. */
const modules = {
  scanModule: { path: 'sources/tail/scanModule', name: 'scanModule' },
  bookModule: { path: 'core/session/bookModule', name: 'bookModule' },
};
const apart = { ...files, ...modules };
/** Every log is read with these. */
const inline = [
  { path: 'core/connection/beginningsInAscii', name: 'beginningsInAscii' },
  { path: 'core/connection/failureRows', name: 'failureRows' },
  { path: 'core/connection/namingMsgids', name: 'namingMsgids' },
  { path: 'core/pool/poolerFailureRows', name: 'poolerFailureRows' },
  { path: 'core/log/writtenTexts', name: 'writtenTexts' },
];

const answerOf = async ({ path, name }) => (await exportsOf(join(sources, `${path}.ts`)))[name]();

/** A module whose function answers what the other does. */
async function answered(table) {
  const text = JSON.stringify(JSON.stringify(await answerOf(table)));
  return `export const ${table.name} = () => JSON.parse(${text});`;
}

/** What reads the answer from a file of its own, in a quarter of the time that it takes to compile the text. */
const readingSource = ({ name }) => `
  import { readFileSync } from 'node:fs';
  export const ${name} = () => JSON.parse(readFileSync(\`\${__dirname}/${name}.json\`, 'utf8'));
`;

const moduleSource = ({ name }) => `
  import { readFileSync } from 'node:fs';
  export const ${name} = () => readFileSync(\`\${__dirname}/${name}.wasm\`, 'base64');
`;

/** Makes the files of these names. */
export const tableFiles = {
  name: 'tableFiles',
  setup: ({ onLoad, onEnd }) => {
    const { translations, ...others } = files;
    replaced(onLoad, translations.path, async () => translationsSource(await answerOf(translations)));
    for (const table of Object.values(others)) replaced(onLoad, table.path, () => readingSource(table));
    for (const module of Object.values(modules)) replaced(onLoad, module.path, () => moduleSource(module));
    onEnd(async () => {
      for (const table of Object.values(others))
        await writeFile(`dist/${table.name}.json`, JSON.stringify(await answerOf(table)));
      for (const module of Object.values(modules))
        await writeFile(`dist/${module.name}.wasm`, await answerOf(module), 'base64');
    });
  },
};
/** Their sources. */
export const tableEntries = Object.fromEntries(
  Object.entries(apart).map(([file, { path }]) => [file, `src/${path}.ts`]),
);

/** What a program has instead. */
export const tables = {
  name: 'tables',
  setup: ({ onResolve, onLoad }) => {
    for (const [file, { path, name }] of Object.entries(apart)) {
      onResolve({ filter: new RegExp(`^\\./${file}\\.cjs$`) }, ({ path }) => ({ path, external: true }));
      replaced(onLoad, path, () => `export const ${name} = () => require('./${file}.cjs').${name}();`);
    }
    for (const table of inline) replaced(onLoad, table.path, () => answered(table));
  },
};
