import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { parseArguments } from '../../src/core/report/grammar.ts';
import { recordings } from '../env/scenario/recordings.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const readme = read('README.md');
const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  contributes: {
    configuration:
      | { properties: Record<string, { default: unknown }> }[]
      | { properties: Record<string, { default: unknown }> };
    commands: { command: string; title: string }[];
  };
};
const words = JSON.parse(read('package.nls.json')) as Record<string, string | { message: string }>;

function titleOf({ title }: { title: string }): string {
  const word = words[title.replaceAll('%', '')];
  return typeof word === 'string' ? word : (word?.message ?? title);
}

describe('README', () => {
  it('lists every setting with its default', () => {
    const properties = Object.assign(
      {},
      ...[manifest.contributes.configuration].flat().map((section) => section.properties),
    ) as Record<string, { default: unknown }>;
    const listed = [...readme.matchAll(/^\| `(pgConnections\.[\w.]+)`\s*\| `(.*?)`\s*\|/gm)].map(
      ([, name, value]) => [name, value?.replaceAll(String.raw`\|`, '|')],
    );
    const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
    assert.deepEqual(
      listed.toSorted(),
      Object.entries(properties)
        .map(([name, setting]) => [name, shown(setting.default)])
        .toSorted(),
    );
  });

  it('says how many logs were recorded', () => {
    const count = recordings.flatMap(({ formats }) => formats).length;
    assert.match(readme, new RegExp(` ${count} recorded logs `));
  });

  it('lists every command of the palette', () => {
    const table = readme.slice(readme.indexOf('| command'), readme.indexOf('## Settings'));
    const rowCommands =
      /filterByThis|copyRow|openSessionLog|showDetails|showMore|openEntry|openLink|acknowledge|muteLikeThis|showLogOf|openPoolEntry|showBackend|silenceFinding|revealClient/i;
    const missing = manifest.contributes.commands
      .filter(({ command }) => !rowCommands.test(command))
      .map(titleOf)
      .filter((title) => !table.includes(title));
    assert.deepEqual(missing, []);
  });

  it('shows commands in the terminal that are understood', () => {
    const shown = [...readme.matchAll(/(?:^\$ |\| )connections\b([^#>`\n]*)/gm)].map(([, rest = '']) =>
      rest
        .trim()
        .split(/\s+/)
        .filter((word) => word !== '')
        .map((word) => word.replaceAll("'", '')),
    );
    assert.ok(shown.length > 10);
    for (const argv of shown) assert.doesNotThrow(() => parseArguments(argv), argv.join(' '));
  });

  it('says in the words of the views why they look empty', () => {
    const texts = JSON.stringify(words) + read('l10n/bundle.l10n.json');
    const when = readme.slice(readme.indexOf('## When it looks empty'));
    const said = [...when.matchAll(/^- _(.*?)_/gm)].map(([, sentence = '']) =>
      sentence.replace(/^The file /, ''),
    );
    assert.equal(said.length, 3);
    for (const sentence of said) assert.ok(texts.includes(sentence), sentence);
  });

  for (const document of ['README.md', 'CONTRIBUTING.md']) {
    it(`names only files that are there, in ${document}`, () => {
      const text = read(document);
      const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path ?? '');
      const paths = [...text.matchAll(/`((?:src|test|schemas|l10n)\/[\w./-]+)`/g)].map(
        ([, path]) => path ?? '',
      );
      const missing = [...links, ...paths].filter(
        (path) => !existsSync(new URL(`../../${path}`, import.meta.url)),
      );
      assert.deepEqual(missing, []);
    });
  }

  it('names only scripts that are there', () => {
    const text = readme + read('CONTRIBUTING.md');
    const scripts = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name ?? '');
    assert.deepEqual(
      scripts.filter((name) => !(name in manifest.scripts)),
      [],
    );
  });
});

describe('the sources', () => {
  const using = (what: RegExp): string[] =>
    globSync('src/**/*.ts')
      .filter((path) => what.test(read(path)))
      .map((path) => path.replaceAll('\\', '/'))
      .toSorted();

  it('connect in one place, to the server or pooler that was asked for, and listen in one', () => {
    const network =
      /from 'node:(?:net|tls|http|https|http2|dgram|dns)(?:\/\w+)?'|\b(?:fetch|WebSocket|XMLHttpRequest)\(/;
    assert.deepEqual(using(network), [
      'src/engine/metricsServer.ts',
      'src/sources/server/pgClient.ts',
      'src/sources/server/procSockets.ts', // isIPv6
      'src/sources/server/tlsModes.ts', // types
    ]);
  });

  it('have no telemetry', () => assert.deepEqual(using(/telemetry|sendBeacon/i), []));
});
