import assert from 'node:assert/strict';
import { commands, EventEmitter, type Memento } from 'vscode';
import type { SourceStatus } from '../../src/core/snapshot/sourceStatus.ts';
import type { Trouble, TroubleGroup } from '../../src/core/snapshot/troubleLists.ts';
import { sentence } from '../../src/core/sentence.ts';
import { commandIds } from '../../src/views/contributions.ts';
import { Notifications } from '../../src/views/notifications.ts';
import type { Settings } from '../../src/views/settings.ts';
import { settled } from './window.ts';

/** What all windows remember together. */
class Shared implements Memento {
  #value: unknown;
  keys(): readonly string[] {
    return [];
  }
  get(): never {
    return this.#value as never;
  }
  update(_: string, value: unknown): Thenable<void> {
    this.#value = value;
    return Promise.resolve();
  }
}

/** Two followed logs, of which the first is shown, and a window that is looked at. */
class World {
  readonly told: string[] = [];
  readonly all = [this.#logOf('one'), this.#logOf('two')];
  readonly troubles = new Map<string, TroubleGroup[]>([
    ['one', []],
    ['two', []],
  ]);
  readonly state = { focused: true };
  shown = 0;
  mode: Settings['notifications'] = 'critical';
  readonly #changed = new EventEmitter<void>();
  readonly #looked = new EventEmitter<void>();
  readonly #notifications: Notifications;

  /** `presses`: the first button of a message is pressed, else none. */
  constructor(shared: Memento = new Shared(), presses = false) {
    const show = (text: string, ...buttons: string[]): Promise<string | undefined> => {
      this.told.push(text);
      return Promise.resolve(presses ? buttons[0] : undefined);
    };
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- a getter is one of its own object
    const world = this;
    this.#notifications = new Notifications(
      {
        ...{ onDidChange: this.#changed.event, all: this.all },
        get status() {
          return world.all[world.shown];
        },
        ask: ((_: string, __: object, sourceId: string) =>
          Promise.resolve({ problems: this.troubles.get(sourceId) })) as never,
      },
      () => ({ notifications: this.mode }) as Settings,
      shared,
      (error) => assert.fail(String(error)),
      {
        ...{ showErrorMessage: show, showWarningMessage: show },
        ...{ state: this.state, onDidChangeWindowState: this.#looked.event },
      },
    );
    this.#changed.fire();
  }

  /** The server of a log has a problem; the views are told. */
  async problem(sourceId: 'one' | 'two', kind: 'crash' | 'archiver', id: number): Promise<void> {
    const trouble = { ...{ id, kind, at: id }, ...{ file: sourceId, offsetBytes: id } } as Trouble;
    const group = { kind, meaning: sentence(kind), members: [trouble] } as unknown as TroubleGroup;
    this.troubles.get(sourceId)?.unshift(group);
    await this.change(sourceId, { newestProblemId: id });
  }

  /** Resolves when whoever would tell of it has done so. */
  async change(sourceId: 'one' | 'two', change: Partial<SourceStatus>): Promise<void> {
    Object.assign(this.all.find((status) => status.sourceId === sourceId) ?? {}, change);
    await this.look();
  }

  async look(focused = this.state.focused): Promise<void> {
    this.state.focused = focused;
    this.#looked.fire();
    await settled();
  }

  dispose(): void {
    this.#notifications.dispose();
  }

  #logOf(sourceId: string): SourceStatus {
    const log = { id: sourceId, path: `/var/log/${sourceId}.log`, kind: 'path' };
    return { sourceId, log, state: 'following', newFailures: 0 } as unknown as SourceStatus;
  }
}

describe('messages about followed logs', () => {
  let world: World;
  /** What was opened. */
  let opened: unknown[][];
  const own = { executeCommand: commands.executeCommand };

  before(() =>
    Object.assign(commands, {
      executeCommand: (...words: unknown[]) => Promise.resolve(opened.push(words)),
    }),
  );
  after(() => Object.assign(commands, own));
  beforeEach(() => {
    opened = [];
    world = new World();
  });
  afterEach(() => world.dispose());

  it('tell of a crash of any of the servers, whichever log is shown', async () => {
    await world.problem('two', 'crash', 5);
    await world.problem('one', 'crash', 3);
    await world.look();
    assert.deepEqual(world.told, ['two.log: crash', 'one.log: crash']);
  });

  it('open the entry of the log that they are about', async () => {
    world.dispose();
    world = new World(new Shared(), true);
    await world.problem('two', 'crash', 5);
    assert.deepEqual(opened, [[commandIds.openEntry, 5, 'two']]);
  });

  it('tell nothing of what was in a log when it was opened, nor when something smaller follows', async () => {
    await world.change('two', { state: 'reading' });
    await world.problem('two', 'crash', 5);
    await world.change('two', { state: 'following' });
    await world.problem('two', 'archiver', 6);
    assert.deepEqual(world.told, []);
    await world.problem('two', 'crash', 7);
    assert.deepEqual(world.told, ['two.log: crash']);
  });

  it('tell of a crash once, also when it was cleared and that is taken back', async () => {
    await world.problem('one', 'crash', 5);
    await world.change('one', { newestProblemId: undefined });
    await world.change('one', { newestProblemId: 5 });
    assert.deepEqual(world.told, ['one.log: crash']);
  });

  it('tell of a crash in the window that is looked at, and in no other one after it', async () => {
    const shared = new Shared();
    const windows = [new World(shared), new World(shared)] as const;
    const [behind, front] = windows;
    await behind.look(false);
    for (const window of windows) {
      await window.problem('one', 'crash', 5);
      await window.problem('two', 'crash', 6);
    }
    assert.deepEqual([behind.told, front.told.length], [[], 2]);
    await behind.look(true);
    assert.deepEqual(behind.told, []);
    await behind.problem('two', 'crash', 9);
    assert.deepEqual(behind.told, ['two.log: crash']);
    for (const window of windows) window.dispose();
  });

  it('tell of failed logins once a view shows one of them, and open that one', async () => {
    world.dispose();
    world = new World(new Shared(), true);
    world.mode = 'all';
    await world.change('one', { newFailures: 2 });
    assert.deepEqual(world.told, []);
    await world.change('one', { newFailures: 3, newestFailureId: 8 });
    assert.deepEqual([world.told.length, opened], [1, [[commandIds.openEntry, 8, 'one']]]);
    assert.match(world.told.join(), /^Failed logins: 3 until /);
  });

  it('tell of the failed logins of the shown log only, and not of those before it was shown', async () => {
    world.mode = 'all';
    await world.change('two', { newFailures: 2, newestFailureId: 8 });
    world.shown = 1;
    await world.look();
    assert.deepEqual(world.told, []);
    await world.change('two', { newFailures: 3, newestFailureId: 9 });
    assert.match(world.told.join(), /^Failed logins: 1 until /);
  });
});
