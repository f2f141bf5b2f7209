// Writes src/core/log/translations.ts: what lc_messages makes of the texts that the core knows, from the message
// catalogs of PostgreSQL. `npm run catalogs -- DIR…`: each DIR is named by its major (12, 13, …) and holds LANGUAGE.mo
// files: /usr/share/locale/LANGUAGE/LC_MESSAGES/postgres-MAJOR.mo of Debian's package postgresql-MAJOR, or what msgfmt
// makes of src/backend/po/LANGUAGE.po of the sources.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { catalogTexts, untranslated } from '../../src/core/connection/catalogTexts.ts';
import { msgidsOf } from '../../src/core/connection/languages.ts';
import { templateShape } from '../../src/core/connection/messageTemplate.ts';
import { checkout } from './checkout.ts';

interface Catalog {
  readonly language: string;
  readonly messages: ReadonlyMap<string, readonly string[]>;
}

/** The format of GNU gettext's manual, "The Format of GNU MO Files", in the byte order of the file. */
function readCatalog(path: string): Catalog {
  const bytes = readFileSync(path);
  const isLittle = bytes.readUInt32LE(0) === 0x950412de;
  const number = (at: number): number => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const text = (at: number): string => bytes.toString('utf8', number(at + 4), number(at + 4) + number(at));
  const [count, msgids, msgstrs] = [number(8), number(12), number(16)];
  const messages = new Map<string, readonly string[]>();
  for (let index = 0; index < count; index += 1) {
    const [msgid = ''] = text(msgids + 8 * index).split('\0');
    messages.set(msgid, text(msgstrs + 8 * index).split('\0'));
  }
  return { language: basename(path, '.mo'), messages };
}

/** The translations of a msgid by language, each once; what is the same as in English is none. */
function translate(msgid: string, catalogs: readonly Catalog[]): Record<string, string | string[]> {
  const byLanguage = new Map<string, Set<string>>();
  for (const { language, messages } of catalogs) {
    const texts = (messages.get(msgid) ?? []).filter((text) => text !== '' && text !== msgid);
    if (texts.length > 0) byLanguage.set(language, new Set([...(byLanguage.get(language) ?? []), ...texts]));
  }
  return Object.fromEntries(
    [...byLanguage]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([language, texts]) => [language, texts.size === 1 ? ([...texts][0] ?? '') : [...texts]]),
  );
}

function header(directories: readonly string[]): string {
  const majors = directories.map((directory) => basename(directory)).join(', ');
  return `/**
 * How the messages of a server are worded in the languages of its message catalogs: by msgid, then by the catalog's
 * language; several where the majors differ. Written by test/env/catalogs.ts from the catalogs of PostgreSQL
 * ${majors}; no line is typed by hand. (Translations by the PostgreSQL Global Development Group's
 * translators, under the PostgreSQL Licence.)
 */`;
}

const directories = process.argv.slice(2);
const catalogs = directories.flatMap((directory) =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.mo'))
    .sort()
    .map((name) => readCatalog(join(directory, name))),
);
const byShape = new Map<string, string[]>();
for (const msgid of new Set(catalogs.flatMap(({ messages }) => [...messages.keys()]))) {
  const shape = templateShape(msgid);
  byShape.set(shape, [...(byShape.get(shape) ?? []), msgid]);
}
const rows: Record<string, Record<string, string | string[]>> = {};
for (const text of catalogTexts) {
  const msgids = untranslated.has(text) ? [] : msgidsOf(text, byShape);
  if (msgids.length === 0 && !untranslated.has(text))
    throw new Error(`No catalog has ${JSON.stringify(text)}: mistyped, or of a server that is not here`);
  if (untranslated.has(text) && byShape.has(templateShape(text)))
    throw new Error(`There is a translation of ${JSON.stringify(text)}`);
  for (const msgid of msgids) rows[msgid] = translate(msgid, catalogs);
}
const path = join(checkout, 'src', 'core', 'log', 'translations.ts');
const source = `${header(directories)}
export function readTranslations(): Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> {
  return ${JSON.stringify(rows)};
}
`;
writeFileSync(path, await format(source, { ...(await resolveConfig(path)), filepath: path }));
