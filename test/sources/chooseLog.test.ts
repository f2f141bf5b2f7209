import assert from 'node:assert/strict';
import type { DiscoveredLog } from '../../src/core/log/logPlace.ts';
import { sentence } from '../../src/core/sentence.ts';
import { pgrxMajorOf, readPgrxMajor } from '../../src/sources/discovery/cargoToml.ts';
import { chooseLog } from '../../src/sources/discovery/chooseLog.ts';
import { PlacesTree } from './placesTree.ts';

const log = (id: string, facts: Partial<DiscoveredLog> = {}): DiscoveredLog => ({
  id,
  kind: 'pgrx',
  running: false,
  place: { kind: 'files', paths: [id] },
  settings: {},
  connectionLogging: 'on',
  ...facts,
});
const choose = (...given: Parameters<typeof chooseLog>) => chooseLog(...given)?.id;

describe('the log followed first', () => {
  const old = log('old', { majorVersion: 16, running: true, startedAt: 1 });
  const recent = log('recent', { majorVersion: 17, running: true, startedAt: 2 });
  const stopped = log('stopped', { majorVersion: 15, logModifiedAt: 9 });

  it('is the pinned one', () =>
    assert.equal(choose([recent, old, stopped], { pinnedId: 'stopped', cargoMajor: 16 }), 'stopped'));
  it("is pgrx's of the workspace's version, also when it is stopped", () =>
    assert.equal(choose([recent, old, stopped], { pinnedId: 'gone', cargoMajor: 15 }), 'stopped'));
  it('is not another server of that version', () =>
    assert.equal(
      choose([recent, log('debian', { kind: 'debian', majorVersion: 15 })], { cargoMajor: 15 }),
      'recent',
    ));
  it('is the server started last', () => assert.equal(choose([old, stopped, recent]), 'recent'));
  it('is the log written last when no server runs', () =>
    assert.equal(choose([log('a', { logModifiedAt: 3 }), stopped, log('b')]), 'stopped'));
  it('is the only one there is', () => assert.equal(choose([log('a')]), 'a'));
  it('is none when nothing tells which', () => assert.equal(choose([log('a'), log('b')]), undefined));
  it('is none that cannot be followed', () => {
    const closed = log('closed', { running: true, startedAt: 9, problem: sentence('Closed.') });
    assert.equal(choose([closed, log('none', { place: undefined, running: true, startedAt: 8 })]), undefined);
    assert.equal(choose([closed, old]), 'old');
  });
});

describe('the PostgreSQL version of a Cargo.toml', () => {
  const pgrx = '[dependencies]\npgrx = "=0.16.1"\n';
  const table: [string, string, number | undefined][] = [
    [
      'its default feature',
      `[features]\ndefault = ["pg17"]\npg16 = ["pgrx/pg16"]\npg17 = ["pgrx/pg17"]\n${pgrx}`,
      17,
    ],
    [
      'an array over several lines',
      `[features]\ndefault = [ # now\n  "log",\n  'pg16', # old\n]\nlog = []\n${pgrx}`,
      16,
    ],
    ['a feature that leads to it', `[features]\ndefault = ["local"]\nlocal = ["pg15"]\n${pgrx}`, 15],
    ['the only one it has', `${pgrx}[features]\npg18 = ["pgrx/pg18"]\npg_test = []\n`, 18],
    ['none of several without a default', `${pgrx}[features]\npg16 = []\npg18 = []\n`, undefined],
    ['none of another table', `${pgrx}[package.metadata]\ndefault = ["pg14"]\n`, undefined],
    ['none without pgrx', '[features]\ndefault = ["pg17"]\n', undefined],
    ['none that is commented out', `[features]\n# default = ["pg17"]\n${pgrx}`, undefined],
    [
      'one inherited from the workspace',
      '[dependencies.pgrx]\nworkspace = true\n[features]\ndefault = ["pg17"]',
      17,
    ],
    ['none in an endless circle', `[features]\ndefault = ["a"]\na = ["default"]\n${pgrx}`, undefined],
  ];
  for (const [title, toml, major] of table) it(`is ${title}`, () => assert.equal(pgrxMajorOf(toml), major));

  it('comes from the first file that has one', async () => {
    const tree = new PlacesTree();
    tree.write({ 'Cargo.toml': '[workspace]\n', 'a/Cargo.toml': `[features]\ndefault = ["pg16"]\n${pgrx}` });
    const files = ['nowhere/Cargo.toml', 'Cargo.toml', 'a/Cargo.toml'].map((name) => tree.path(name));
    assert.equal(await readPgrxMajor(files), 16);
    tree.remove();
  });
});
