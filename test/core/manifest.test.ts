import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  commandIds,
  contextKeys,
  numberBounds,
  settingIds,
  settingsSection,
  viewIds,
  viewStates,
} from '../../src/views/contributions.ts';

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8');

interface Property {
  readonly type: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly scope?: string;
  readonly markdownDescription?: string;
}
interface Clause {
  readonly command?: string;
  readonly when?: string;
}
interface Manifest {
  readonly icon: string;
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly contents: string;
      readonly when: string;
    }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly media: { readonly markdown: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly menus: Readonly<Record<string, readonly Clause[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, Property>> };
  };
}

type WalkthroughSteps = Manifest['contributes']['walkthroughs'][number]['steps'];

const text = read('package.json');
const manifest = JSON.parse(text) as Manifest;
const words = JSON.parse(read('package.nls.json')) as Record<string, string>;
const { commands, views, viewsWelcome, menus, configuration } = manifest.contributes;
const menuItems = Object.values(menus).flat();
const clauses = [...menuItems, ...viewsWelcome].flatMap(({ when }) => when ?? []);

describe('package.json', () => {
  it('contributes the commands that the code registers, all in one category', () => {
    const contributed = commands.map(({ command }) => command);
    assert.deepEqual([...contributed].sort(), Object.values(commandIds).sort());
    assert.deepEqual([...new Set(commands.map(({ category }) => category))], ['%category%']);
  });

  it('contributes the views that the code fills', () => {
    const contributed = Object.values(views).flatMap((container) => container.map(({ id }) => id));
    assert.deepEqual(contributed.sort(), Object.values(viewIds).sort());
  });

  it('contributes the settings that the code reads', () => {
    const read = Object.values(settingIds).map((id) => `${settingsSection}.${id}`);
    assert.deepEqual(Object.keys(configuration.properties).sort(), read.sort());
  });

  for (const [name, bounds] of Object.entries(numberBounds)) {
    it(`gives ${name} the default and bounds that the code holds to`, () => {
      const id = settingIds[name as keyof typeof numberBounds];
      const { default: usual, minimum, maximum } = configuration.properties[`${settingsSection}.${id}`] ?? {};
      assert.deepEqual({ default: usual, minimum, maximum }, bounds);
    });
  }

  it('describes every setting, with its default and scope', () => {
    for (const [name, property] of Object.entries(configuration.properties)) {
      assert.ok(property.markdownDescription !== undefined, name);
      assert.ok(property.default !== undefined, name);
      assert.ok(property.scope !== undefined, name);
    }
  });

  it('takes the path of a log from trusted workspaces only', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.ok(restrictedConfigurations.includes('pgConnections.log'));
    for (const name of restrictedConfigurations) assert.ok(name in configuration.properties, name);
  });

  it('runs no command that a workspace names', () => {
    assert.equal(configuration.properties['pgConnections.commandSources']?.scope, 'machine');
  });

  it('offers in Restricted Mode nothing that changes a server, connects or runs a command', () => {
    const acting = [
      ...(['turnOnLogging', 'undoLogging', 'connectServer', 'addCommandSource', 'addPool'] as const),
      ...(['cancelQuery', 'terminateSession', 'terminateSessions', 'freeDatabase'] as const),
    ];
    for (const command of acting.map((name) => commandIds[name])) {
      const offered = menuItems.filter((item) => item.command === command && item.when !== 'false');
      assert.ok(
        menus['commandPalette']?.some((item) => item.command === command),
        command,
      );
      for (const { when } of offered) assert.match(when ?? '', /(?<!!)isWorkspaceTrusted/, command);
    }
  });

  it('names no text that package.nls.json lacks, and the other way round', () => {
    const named = [...(text + JSON.stringify(words)).matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
    assert.deepEqual([...new Set(named)].sort(), Object.keys(words).sort());
  });

  it('links from welcome texts to its own commands', () => {
    const links = Object.values(words).flatMap((contents) => [...contents.matchAll(/command:([\w.]+)/g)]);
    const own = links
      .map(([, command = '']) => command)
      .filter((command) => command.startsWith(settingsSection));
    assert.ok(own.length > 0);
    const focuses = Object.values(viewIds).map((view) => `${view}.focus`);
    for (const command of own)
      assert.ok([...Object.values<string>(commandIds), ...focuses].includes(command), command);
  });

  it('says that nobody was turned away only of a log that was read', () => {
    const nobody = viewsWelcome.filter(({ contents }) =>
      words[contents.slice(1, -1)]?.includes('turned away'),
    );
    assert.equal(nobody.length, 3);
    for (const { when } of nobody)
      for (const state of ['waiting', 'reading'])
        assert.ok(when.includes(` && pgConnections.state != ${state}`), `${when}: ${state}`);
  });

  it('says that a filter is on wherever nobody is connected, with the way to clear it', () => {
    for (const view of [viewIds.active, viewIds.failures]) {
      const filtered = viewsWelcome.filter(
        (each) => each.view === view && /(?<!!)pgConnections\.filtered/.test(each.when),
      );
      assert.ok(filtered.length > 0, view);
      for (const { contents } of filtered)
        assert.match(words[contents.slice(1, -1)] ?? '', /filter.*\(command:pgConnections\.clearFilter\)/s);
    }
    const ofActive = viewsWelcome.map(({ contents, when }) =>
      contents === '%welcome.filtered%' ? when : '',
    );
    for (const state of ['empty', 'quiet', 'paused', 'stopped'])
      assert.match(ofActive.join(''), new RegExp(state));
  });

  it('has one walkthrough, of which each step shows something and is done by what there is', () => {
    const [{ steps }, ...others] = manifest.contributes.walkthroughs as [{ steps: WalkthroughSteps }];
    assert.deepEqual(others, []);
    const events = [
      ...Object.values(viewIds).map((view) => `onView:${view}`),
      ...Object.values(commandIds).map((command) => `onCommand:${command}`),
      ...Object.values(contextKeys).map((key) => `onContext:${key}`),
    ];
    for (const { media, completionEvents } of steps) {
      assert.match(read(media.markdown), /^# .+\n[^]*```/);
      assert.ok(completionEvents.length > 0);
      for (const event of completionEvents) assert.ok(events.includes(event), event);
    }
  });

  it('puts its own commands into menus, and hides what needs a row from the palette', () => {
    const own: readonly string[] = Object.values(commandIds);
    for (const { command = '' } of menuItems) assert.ok(own.includes(command), command);
    const ofRows = menus['view/item/context']?.map(({ command }) => command) ?? [];
    const hidden = menus['commandPalette']
      ?.filter(({ when }) => when === 'false')
      .map(({ command }) => command);
    // these ask for a session or pool, or take the log that is shown, where no row was clicked
    const ofAnything = [
      ...(['stopFollowing', 'cancelQuery', 'terminateSession', 'copyPsql', 'openPsql'] as const),
      ...(['removePool', 'openPoolLog', 'showPoolChart'] as const),
    ];
    const asking: readonly string[] = ofAnything.map((name) => commandIds[name]);
    for (const command of ofRows.filter((each) => !asking.includes(each ?? '')))
      assert.ok(hidden?.includes(command), command);
  });

  it('asks only for context keys and states that the code sets', () => {
    const keys: readonly string[] = [...Object.values(contextKeys), ...Object.values(viewIds)];
    for (const clause of clauses) {
      for (const [key] of clause.matchAll(/pgConnections\.\w+/g)) assert.ok(keys.includes(key), clause);
      for (const [, state = ''] of clause.matchAll(/state == (\w+)/g)) {
        assert.ok((viewStates as readonly string[]).includes(state), clause);
      }
    }
  });
});

describe('l10n/bundle.l10n.json', () => {
  it('holds every text that the editor translates (else run: node l10n/collect.mjs)', async () => {
    const { collect } = (await import(new URL('../../l10n/collect.mjs', import.meta.url).href)) as {
      collect: () => Promise<Record<string, string>>;
    };
    assert.deepEqual(JSON.parse(read('l10n/bundle.l10n.json')), await collect());
  });
});
