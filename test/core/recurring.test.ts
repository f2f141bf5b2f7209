import assert from 'node:assert/strict';
import { countsOf } from '../../src/core/session/session.ts';
import type { LogEntry } from '../../src/core/log/logEntry.ts';
import type { RecurringLine } from '../../src/core/log/recurring.ts';
import type { BookEntry } from '../../src/core/session/bookFacts.ts';
import { LogState } from '../../src/core/session/logState.ts';
import { blockOf, RecurringLines } from './recurringLines.ts';
import { RecurringRun } from './recurringRun.ts';

const plainLine = {
  ...{ formNumber: 0, startSeconds: Number.NaN, entryPort: -1, host: undefined },
  ...{ sessionTimeMs: 0, fileNumber: 1, offsetBytes: 0, arrivedAt: 0 },
};

/** One log in two states: what is said goes into one as entries, into the other as lines where it recurs. */
class BothStates {
  readonly states: readonly [LogState, LogState];
  readonly #lines = new RecurringLines();
  readonly #atOf: (offsetBytes: number) => number;
  #block: RecurringLine[] = [];
  #offsetBytes = 0;

  /** `atOf`: how long after the log began the entry at a place was written, ms. */
  constructor(capacity: number, atOf: (offsetBytes: number) => number) {
    this.states = [new LogState(capacity), new LogState(capacity)];
    this.#atOf = atOf;
  }

  says(pid: number, message: string): void {
    this.#offsetBytes += 1;
    const at = Date.UTC(2026, 10, 20) + this.#atOf(this.#offsetBytes);
    const entry = { severity: 'LOG', message, pid, at } as const;
    const booked = { entry, place: { fileNumber: 1, offsetBytes: this.#offsetBytes }, arrivedAt: 0 };
    const line = this.#lines.lineOf(booked);
    this.states[0].apply(booked);
    if (line) this.#block.push(line);
    else {
      this.#flush();
      this.states[1].apply(booked);
    }
  }

  /** Nothing more is said. */
  settle(): void {
    this.#flush();
    for (const state of this.states) state.book.settle(Number.POSITIVE_INFINITY);
  }

  #flush(): void {
    if (this.#block.length > 0) this.states[1].applyLines(this.#lines.blockOf(this.#block));
    this.#block = [];
  }
}

describe('a line that recurs', () => {
  for (let group = 0; group < 5; group += 1)
    it(`does what its entry would, whatever happens around it: seeds ${group * 8} to ${group * 8 + 7}`, () => {
      let lines = 0;
      let recurring = 0;
      for (let seed = group * 8; seed < group * 8 + 8; seed += 1) {
        const run = new RecurringRun(seed, 10_000);
        run.go(400);
        lines += run.counts.lines;
        recurring += run.counts.recurring;
      }
      assert.ok(recurring > lines / 2, `${recurring} of ${lines}`);
    });

  it('does so when the names of old events are forgotten meanwhile', () => {
    const states = [new LogState(8), new LogState(8)] as const;
    const lines = new RecurringLines();
    let offsetBytes = 0;
    const apply = (entry: LogEntry): void => {
      offsetBytes += 1;
      const booked = { entry, place: { fileNumber: 1, offsetBytes }, arrivedAt: 0 };
      const line = lines.lineOf(booked);
      states[0].apply(booked);
      if (line) states[1].applyLines(lines.blockOf([line]));
      else states[1].apply(booked);
    };
    const says = (pid: number, severity: 'LOG' | 'FATAL', message: string, user?: string): void =>
      apply({ severity, message, pid, at: Date.UTC(2026, 10, 20) + offsetBytes, user });
    for (let number = 0; number < 4000; number += 1) {
      says(7, 'LOG', 'connection received: host=10.0.0.7 port=5000');
      says(7, 'LOG', 'connection authorized: user=app database=shop application_name=web');
      says(
        7,
        'LOG',
        'disconnection: session time: 0:00:00.001 user=app database=shop host=10.0.0.7 port=5000',
      );
      says(8, 'FATAL', 'password authentication failed', `user ${number}`);
      assert.deepEqual([...states[1].newestEvents()], [...states[0].newestEvents()]);
    }
  });

  it('does so when they are forgotten while the events of a block are stored', () => {
    const states = [new LogState(8), new LogState(8)] as const;
    const lines = new RecurringLines();
    const users = Array.from({ length: 1500 }, (_, number) => `user ${number}`);
    let offsetBytes = 0;
    const bookedOf = (message: string): BookEntry => {
      offsetBytes += 1;
      const entry = { severity: 'LOG', message, pid: offsetBytes, at: Date.UTC(2026, 10, 20) } as const;
      return { entry, place: { fileNumber: 1, offsetBytes }, arrivedAt: 0 };
    };
    const says = (user: string): BookEntry =>
      bookedOf(`connection authorized: user=${user} database=shop application_name=web`);
    for (const user of users) {
      const booked = says(user);
      lines.lineOf(booked);
      for (const state of states) state.apply(booked);
    }
    for (let last = 2; last < users.length; last += 1) {
      // the newest name is one too many, and those behind it were met before
      const block = [last, last - 1, last - 2].flatMap((number) => {
        const booked = says(users[number] ?? '');
        states[0].apply(booked);
        return lines.lineOf(booked) ?? [];
      });
      assert.equal(block.length, 3);
      states[1].applyLines(lines.blockOf(block));
      for (const state of states) state.book.settle(Number.POSITIVE_INFINITY);
      assert.deepEqual([...states[1].newestEvents()], [...states[0].newestEvents()]);
    }
  });

  it('of a refusal tells the host that it quotes, whatever host was told before, or none', () => {
    const states = [new LogState(40), new LogState(40)] as const;
    const lines = new RecurringLines();
    let told = 0;
    for (let pid = 1; pid <= 12; pid += 1) {
      const begin =
        pid % 2 === 0
          ? `connection received: host=client-${pid}.example.org port=5000`
          : 'connection authenticated: identity="app" method=md5 (pg_hba.conf:4)';
      const refusal = `no pg_hba.conf entry for host "10.0.0.${pid}", user "app", database "shop", no encryption`;
      for (const [severity, message] of [['LOG', begin] as const, ['FATAL', refusal] as const]) {
        const entry = { severity, message, pid, at: Date.UTC(2026, 10, 20) + 10 * pid };
        const booked = { entry, place: { fileNumber: 1, offsetBytes: 100 * pid }, arrivedAt: 0 };
        const line = lines.lineOf(booked);
        if (line) told += 1;
        states[0].apply(booked);
        if (line) states[1].applyLines(lines.blockOf([line]));
        else states[1].apply(booked);
      }
    }
    assert.equal(told, 24 - 3);
    for (const state of states) state.book.settle(Number.POSITIVE_INFINITY);
    assert.deepEqual([...states[1].newestEvents()], [...states[0].newestEvents()]);
    assert.deepEqual(states[1].troubles.failure, states[0].troubles.failure);
  });

  it('of a login that comes to nothing is remembered of the newest only', () => {
    const state = new LogState(8);
    const message = 'connection received: host=10.0.0.7 port=5000';
    const entry = { severity: 'LOG', message, pid: 1, at: 1 } as const;
    const form = { entry, message: { kind: 'received', remoteHost: '10.0.0.7', remotePort: 5000 } } as const;
    for (let pid = 1; pid <= 50_000; pid += 1)
      state.applyLines(blockOf([{ ...plainLine, form, at: pid, pid, messagePort: pid }], [form]));
    const kept = state.save().book.opening.map(([key]) => Number(key.slice('pid '.length)));
    assert.ok(kept.length >= 10_000 && kept.length <= 20_000);
    assert.equal(Math.min(...kept), 50_001 - kept.length);
  });

  it('of an end that is told again, thousands of sessions later, ends nothing', () => {
    const states = [new LogState(8), new LogState(8)] as const;
    const lines = new RecurringLines();
    const told: RecurringLine[] = [];
    let offsetBytes = 0;
    const says = (pid: number, message: string): void => {
      offsetBytes += 1;
      const entry = { severity: 'LOG', message, pid, at: Date.UTC(2026, 10, 20) + pid } as const;
      const booked = { entry, place: { fileNumber: 1, offsetBytes }, arrivedAt: 0 };
      const line = lines.lineOf(booked);
      states[0].apply(booked);
      if (line) told.push(line);
      else states[1].apply(booked);
    };
    const ends = (pid: number): void =>
      says(pid, 'disconnection: session time: 0:00:00.000 user=app database=shop host=10.0.0.7 port=5000');
    for (let pid = 1; pid <= 9000; pid += 1) {
      says(pid, 'connection authorized: user=app database=shop application_name=web');
      ends(pid);
    }
    ends(2);
    states[1].applyLines(lines.blockOf(told));
    for (const state of states) state.book.settle(Number.POSITIVE_INFINITY);
    assert.equal(states[0].everything.totals.disconnects, 9000);
    assert.deepEqual(states[1].save().tally, states[0].save().tally);
  });

  it('does what its entry would where there is no WebAssembly', () => {
    const runtime = globalThis as { WebAssembly?: unknown };
    const { WebAssembly } = runtime;
    try {
      runtime.WebAssembly = undefined;
      new RecurringRun(1, 10_000).go(400);
    } finally {
      runtime.WebAssembly = WebAssembly;
    }
  });

  it('does so of pids that no Linux has and of more sessions than there are rows', () => {
    const both = new BothStates(8, (offsetBytes) => offsetBytes);
    const { states } = both;
    for (let pid = 1; pid <= 70_000; pid += 1)
      both.says(pid, 'connection authorized: user=app database=shop application_name=web');
    for (const pid of [2 ** 22, 2 ** 31 - 1, 2 ** 31, 2 ** 40]) {
      both.says(pid, 'connection authorized: user=app database=shop application_name=web');
      both.says(
        pid,
        'disconnection: session time: 0:00:00.000 user=app database=shop host=10.0.0.7 port=5000',
      );
    }
    both.settle();
    assert.deepEqual(states[1].save().tally, states[0].save().tally);
    assert.deepEqual(states[1].book.sessions(), states[0].book.sessions());
    assert.deepEqual(states[1].book.openCounts(), countsOf(states[0].book.sessions()));
    assert.deepEqual([...states[1].newestEvents()], [...states[0].newestEvents()]);
  });

  it('does so when a server that crashes ends more sessions than can wait to be told', () => {
    const both = new BothStates(30_000, (offsetBytes) => Math.floor(offsetBytes / 8));
    const { states } = both;
    const comes = (pid: number): void => {
      both.says(pid, `connection received: host=10.0.0.7 port=${40_000 + (pid % 1000)}`);
      if (pid % 5 > 0) both.says(pid, 'connection authorized: user=app database=shop application_name=web');
    };
    const goes = (pid: number): void =>
      both.says(
        pid,
        'disconnection: session time: 0:00:00.100 user=app database=shop host=10.0.0.7 port=5000',
      );
    for (let pid = 1; pid <= 20_000; pid += 1) comes(pid);
    both.says(77, 'terminating any other active server processes');
    for (let pid = 1; pid <= 20_000; pid += 7) goes(pid);
    both.says(77, 'all server processes terminated; reinitializing');
    for (let pid = 1; pid <= 20_000; pid += 3) comes(pid);
    for (let pid = 1; pid <= 20_000; pid += 6) goes(pid);
    both.settle();
    assert.equal(states[0].everything.totals.lost, 16_000 - 2286);
    assert.deepEqual(states[1].save().tally, states[0].save().tally);
    assert.deepEqual(states[1].book.sessions(), states[0].book.sessions());
    assert.deepEqual([...states[1].newestEvents()], [...states[0].newestEvents()]);
  });
});
