// Collects every English text that the editor translates into l10n/bundle.l10n.json, the translators' template.
// `node l10n/collect.mjs` writes it; the manifest test fails while it is out of date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Whose first argument is a text: `l10n.t(…)`, `sentence(…)`, `new SentenceError(…)`. */
const translated = new Set(['l10n.t', 'sentence', 'SentenceError']);

/** The texts of one source file, in order. */
function textsOf(path) {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const texts = [];
  const visit = (node) => {
    const isCall = ts.isCallExpression(node) || ts.isNewExpression(node);
    if (isCall && translated.has(node.expression.getText(source))) {
      const [text] = node.arguments ?? [];
      if (text !== undefined && ts.isStringLiteralLike(text)) texts.push(text.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

/** Every text as `{ text: text }`, sorted: what l10n/bundle.l10n.json has to hold. */
export async function collect() {
  const files = readdirSync(join(root, 'src'), { recursive: true }).filter((name) => /\.ts$/.test(name));
  const texts = files.flatMap((name) => textsOf(join(root, 'src', name)));
  const { pageStrings } = await import(new URL('../src/core/report/pageStrings.ts', import.meta.url).href);
  const { poolPageStrings } = await import(
    new URL('../src/core/report/poolPageStrings.ts', import.meta.url).href
  );
  const { failureTable } = await import(
    new URL('../src/core/connection/failureTable.ts', import.meta.url).href
  );
  const { poolerFailureTable } = await import(
    new URL('../src/core/pool/poolerFailureTable.ts', import.meta.url).href
  );
  const explained = [...failureTable, ...poolerFailureTable].flatMap(({ meaning, nextStep }) => [
    meaning,
    nextStep,
  ]);
  const all = [
    ...new Set([...texts, ...explained, ...Object.values(pageStrings), ...Object.values(poolPageStrings)]),
  ].sort();
  return Object.fromEntries(all.map((text) => [text, text]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, 'l10n/bundle.l10n.json'), `${JSON.stringify(await collect(), null, 2)}\n`);
}
