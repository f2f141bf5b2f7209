import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
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
