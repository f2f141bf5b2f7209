import assert from 'node:assert/strict';
import { EventEmitter } from 'vscode';
import { sentence } from '../../src/core/sentence.ts';
import type { FindingChange } from '../../src/core/server/finding.ts';
import type { ServerStatus } from '../../src/core/server/serverSnapshot.ts';
import type { SourceStatus } from '../../src/core/snapshot/sourceStatus.ts';
import type { ServerSettings } from '../../src/protocol/serverQuestions.ts';
import { ConnectedServer } from '../../src/views/connectedServer.ts';
import { ServerAlerts } from '../../src/views/serverAlerts.ts';
import type { ServerWish } from '../../src/views/serverWish.ts';
import type { Settings } from '../../src/views/settings.ts';
import { FakeEngine, FakeUser } from './fakeEngine.ts';
import { settled } from './window.ts';

/** An engine with one server at a time. */
class ServerEngine extends FakeEngine {
  #servers = 0;
  #held: Promise<undefined> | undefined;
  #version = 0;

  constructor() {
    super(async (question) => {
      if (question === 'connectServer') {
        this.#servers += 1;
        await this.#held;
      }
      return { status: this.status({ state: 'connecting' }) };
    });
  }

  /** It answers who connects from when the result is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#held = promise;
    return () => resolve(undefined);
  }

  status(part: Partial<ServerStatus>): ServerStatus {
    const serverId = `server ${this.#servers}`;
    const version = (this.#version += 1);
    return {
      ...{ serverId, label: 'app@db:5432', state: 'connected', readOnly: false, warnings: 0, critical: 0 },
      ...{ version, ...part },
    };
  }

  tell(part: Partial<ServerStatus>, changes: readonly FindingChange[] = []): void {
    const status = this.status(part);
    for (const listener of this.listeners) listener.server?.(status, changes);
  }
}

class World {
  readonly engine = new ServerEngine();
  readonly user = new FakeUser();
  readonly #log = new EventEmitter<void>();
  remembered: ServerWish | undefined;
  logId = 'one';
  readonly server: ConnectedServer;

  constructor() {
    const status = (): SourceStatus | undefined =>
      this.logId === ''
        ? undefined
        : ({ sourceId: `source of ${this.logId}`, log: { id: this.logId } } as SourceStatus);
    this.server = new ConnectedServer({
      engine: this.engine.client,
      followed: {
        get status() {
          return status();
        },
        onDidChange: this.#log.event,
      },
      memory: {
        server: undefined,
        rememberServer: (wish: ServerWish | undefined) => {
          this.remembered = wish;
          return Promise.resolve();
        },
      },
      ...this.user.parts,
      settings: () => ({}) as ServerSettings,
    });
  }

  async follow(logId: string): Promise<void> {
    this.logId = logId;
    this.#log.fire();
    await settled();
  }
}

const passwords = ({ engine }: World): unknown[] => engine.all('connectServer').map((ask) => ask['password']);
const attentions = ({ engine }: World): unknown[] =>
  engine.all('attendServer').map((ask) => ask['attention']);

describe('the live server of a window', () => {
  let world: World;
  beforeEach(() => (world = new World()));
  afterEach(() => world.server.dispose());

  it('asks for a password only when the server does, and keeps it when it was right', async () => {
    await world.server.connect('log');
    assert.deepEqual([passwords(world), world.user.asked], [[undefined], []]);
    world.user.typed = 'sesame';
    world.engine.tell({ state: 'refused', needsPassword: true });
    await settled();
    assert.deepEqual([passwords(world), world.user.asked], [[undefined, 'sesame'], ['app@db:5432']]);
    assert.equal(world.user.stored.size, 0);
    world.engine.tell({ state: 'connected' });
    await settled();
    assert.deepEqual([...world.user.stored.values()], ['sesame']);
    await world.server.forgetPassword();
    assert.equal(world.user.stored.size, 0);
  });

  it('stays connected when it is wished again before the first answer has come', async () => {
    const answer = world.engine.hold();
    const first = world.server.connect('log');
    await settled();
    const again = world.server.connect('log');
    await settled();
    answer();
    await Promise.all([first, again]);
    const questions = world.engine.asked.map(([question]) => question);
    assert.ok(questions.lastIndexOf('disconnectServer') < questions.lastIndexOf('connectServer'));
    assert.equal(world.server.status?.state, 'connecting');
  });

  it('is left when nobody wants to say the password, and nobody is asked again', async () => {
    await world.server.connect('log');
    world.engine.tell({ state: 'refused', needsPassword: true });
    await settled();
    world.engine.tell({ state: 'refused', needsPassword: true });
    await settled();
    assert.equal(world.user.asked.length, 1);
    assert.equal(world.server.status, undefined);
    assert.equal(world.engine.all('disconnectServer').length, 1);
    assert.equal(world.remembered, 'log');
  });

  it('joins the log that is followed later where it was named by a URI, and stays connected', async () => {
    world.logId = '';
    await world.server.connect({ uri: 'postgresql://app@db/shop' });
    const joined = (): unknown[] => world.engine.all('joinServer').map((ask) => ask['sourceId']);
    assert.deepEqual(joined(), []);
    await world.follow('one');
    await world.follow('two');
    await world.follow('two');
    assert.deepEqual(joined(), ['source of one', 'source of two']);
    assert.equal(world.engine.all('connectServer').length, 1);
  });

  it('is never told the password of another log’s server', async () => {
    await world.server.connect('log');
    world.user.typed = 'of one';
    world.engine.tell({ state: 'refused', needsPassword: true });
    await settled();
    world.engine.tell({ state: 'connected' });
    await settled();
    await world.follow('two');
    assert.deepEqual(passwords(world), [undefined, 'of one', undefined]);
    await world.follow('one');
    assert.equal(passwords(world).at(-1), 'of one');
  });

  it('takes the password out of a URI before it is remembered', async () => {
    await world.server.connect({ uri: 'postgresql://app:s%20same@db/shop' });
    assert.deepEqual(world.remembered, { uri: 'postgresql://app@db/shop' });
    assert.deepEqual(passwords(world), ['s same']);
  });

  it('says nothing of what was written where no URI is', async () => {
    for (const uri of ['postgresql://app:s@me/word@db/shop', 'postgresql://app:same/word@db', 'same word'])
      await assert.rejects(
        world.server.connect({ uri }),
        (error: Error) => !/me\/word|same/.test(error.message),
      );
    assert.deepEqual([world.remembered, world.engine.asked], [undefined, []]);
  });

  it('is none in Restricted Mode', async () => {
    world.user.isTrusted = false;
    await assert.rejects(world.server.connect('log'), /Restricted Mode/);
    await assert.rejects(world.server.connect({ uri: 'postgresql://app@db/shop' }), /Restricted Mode/);
    assert.deepEqual(world.engine.asked, []);
  });

  it('is asked while a view shows it, seldom for alerts, else not at all', async () => {
    await world.server.connect('log');
    world.server.attend(false);
    world.server.see('view', true);
    world.server.see('view', false);
    world.server.attend(true);
    world.server.see('view', true);
    world.server.see('view', false);
    assert.deepEqual(attentions(world), ['none', 'seen', 'none', 'alerts', 'seen', 'alerts']);
  });
});

describe('messages about the live server', () => {
  const found = (kind: 'idle' | 'blocked'): FindingChange => ({
    ...{ change: 'began', at: 0 },
    finding: {
      ...{ kind, subject: kind, severity: 'critical', sentence: sentence(kind), nextStep: sentence('Look.') },
      ...{ pids: [], value: 1, threshold: 1 },
    },
  });

  it('tell of what begins after the first answer, also where there was nothing to tell at first', async () => {
    for (const first of [[], [found('idle')]]) {
      const world = new World();
      const told: string[] = [];
      const alerts = new ServerAlerts(
        world.server,
        () => ({ notifications: 'critical' }) as Settings,
        (error) => assert.fail(String(error)),
        (text) => {
          told.push(text);
          return Promise.resolve(undefined);
        },
      );
      await world.server.connect('log');
      world.engine.tell({ state: 'connected', takenAt: 1 }, first);
      assert.deepEqual(told, []);
      world.engine.tell({ state: 'connected', takenAt: 2 }, [found('blocked')]);
      assert.deepEqual(told, ['app@db:5432: blocked']);
      alerts.dispose();
      world.server.dispose();
    }
  });
});
