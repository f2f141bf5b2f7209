import assert from 'node:assert/strict';
import type { ConnectionEvent } from '../../src/core/connection/connectionEvent.ts';
import { EventStore } from '../../src/core/session/eventStore.ts';
import { type StoredEvent } from '../../src/core/session/storedEvent.ts';
import type { OpenSession } from '../../src/core/session/session.ts';

const session = (pid: number): OpenSession => ({
  key: `pid ${pid}`,
  pid,
  user: `user ${pid}`,
  database: pid % 2 === 0 ? 'shop' : undefined,
  applicationName: `app ${pid % 10}`,
  remoteHost: '[local]',
  replication: pid % 5 === 0,
});
const place = { fileNumber: 3, offsetBytes: 5_000_000_000 };
const connect = (pid: number): ConnectionEvent => ({
  kind: 'connect',
  at: 1000 + pid,
  session: session(pid),
  place,
});
const filled = (count: number, capacity: number): EventStore => {
  const store = new EventStore(capacity);
  for (let pid = 1; pid <= count; pid += 1) store.add(connect(pid));
  return store;
};
const kept = (store: EventStore): StoredEvent[] => {
  const events: StoredEvent[] = [];
  for (let id = 0; id < store.nextId + 5; id += 1) {
    const event = store.get(id);
    if (event) events.push(event);
  }
  return events;
};
const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);

describe('the store of events', () => {
  it('gives back what was put in', () => {
    const store = new EventStore(10);
    const events: ConnectionEvent[] = [
      connect(1),
      {
        kind: 'disconnect',
        at: 5,
        session: session(10),
        connectSeen: true,
        sessionTimeMs: 3_600_000_123,
        place,
      },
      { kind: 'disconnect', at: 5, session: session(2), connectSeen: false, sessionTimeMs: 0, place },
      { kind: 'lost', at: undefined, session: session(3), reason: 'restart', place },
      { kind: 'takenBack', what: 'lost', at: 5, session: session(3), place },
      { kind: 'takenBack', what: 'connect', at: 5, session: session(3), place },
      { kind: 'restart', at: 5, place },
      {
        kind: 'trouble',
        at: 5,
        place,
        trouble: {
          category: 'failure',
          kind: 'password',
          severity: 'FATAL',
          message: 'no',
          pid: 9,
          user: 'bob',
          remoteHost: '10.0.0.1',
        },
      },
    ];
    assert.deepEqual(
      events.map((event) => store.add(event)),
      range(1, 8),
    );
    const [first, second, third, fourth, fifth, sixth, seventh, eighth] = kept(store);
    assert.deepEqual(first, {
      id: 1,
      kind: 'connect',
      at: 1001,
      pid: 1,
      replication: false,
      connectSeen: false,
      wasLost: false,
      lossReason: undefined,
      clientTrouble: undefined,
      sessionTimeMs: undefined,
      names: { database: undefined, user: 'user 1', application: 'app 1', host: '[local]' },
      fileNumber: 3,
      offsetBytes: 5_000_000_000,
    });
    assert.deepEqual(
      [second?.connectSeen, second?.sessionTimeMs, second?.replication],
      [true, 3_600_000_123, true],
    );
    assert.deepEqual([third?.connectSeen, third?.sessionTimeMs, third?.names.database], [false, 0, 'shop']);
    assert.deepEqual([fourth?.at, fourth?.kind, fourth?.lossReason], [undefined, 'lost', 'restart']);
    assert.deepEqual(
      [fifth?.wasLost, sixth?.wasLost, seventh?.kind, seventh?.pid],
      [true, false, 'restart', undefined],
    );
    assert.deepEqual(
      [eighth?.kind, eighth?.pid, eighth?.names],
      ['failure', 9, { database: undefined, user: 'bob', application: undefined, host: '10.0.0.1' }],
    );
  });

  for (const [count, capacity] of [
    [0, 4],
    [3, 4],
    [4, 4],
    [5, 4],
    [11, 4],
    [1000, 7],
    [5, 1],
  ] as const) {
    it(`keeps the newest of ${count} in a ring of ${capacity}`, () => {
      const store = filled(count, capacity);
      assert.deepEqual(
        kept(store).map(({ id, pid }) => [id, pid]),
        range(Math.max(1, count - capacity + 1), count).map((id) => [id, id]),
      );
    });
  }

  it('keeps the names of kept events however many others there were', () => {
    const store = filled(20_000, 100);
    assert.deepEqual(
      kept(store).map(({ names }) => names.user),
      range(19_901, 20_000).map((pid) => `user ${pid}`),
    );
    assert.ok(store.save().names.length < 2000);
  });

  for (const count of [0, 1, 5, 9, 10, 11, 25]) {
    for (const capacity of [1, 5, 10, 20, 100]) {
      it(`with ${count} events of 10 is loaded into a ring of ${capacity}, and goes on`, () => {
        const old = filled(count, 10);
        const store = EventStore.load(structuredClone(old.save()), capacity);
        assert.deepEqual(kept(store), kept(old).slice(-capacity));
        for (let pid = count + 1; pid <= count + 30; pid += 1) store.add(connect(pid));
        const whole = filled(count + 30, 1000);
        const first = Math.max(1, count - 9, count + 30 - capacity + 1);
        assert.deepEqual(
          kept(store),
          kept(whole)
            .filter(({ id }) => id >= first || id > count)
            .slice(-Math.min(capacity, count + 30 - Math.max(0, count - Math.min(10, capacity)))),
        );
        assert.equal(store.nextId, whole.nextId);
      });
    }
  }

  it('saves what it was, whatever comes after', () => {
    const store = filled(5, 10);
    const saved = store.save();
    for (let pid = 6; pid < 60; pid += 1) store.add(connect(pid));
    assert.deepEqual(kept(EventStore.load(saved, 10)), kept(filled(5, 10)));
  });
});
