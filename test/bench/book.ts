// How long a recurring line takes in the book, and an entry of the same log: `node test/bench/book.ts`.
import {
  lineAtIn,
  lineEntryPortIn,
  lineFormIn,
  lineHostIn,
  lineMessagePortIn,
  lineNumbers,
  lineOf,
  lineOffsetIn,
  linePidIn,
  lineStartIn,
  lineTimeMsIn,
  type LineBlock,
} from '../../src/core/log/lineBlock.ts';
import type { RecurringForm } from '../../src/core/log/recurring.ts';
import type { LogEntry } from '../../src/core/log/logEntry.ts';
import { parseConnectionMessage } from '../../src/core/connection/connectionMessage.ts';
import { LogState } from '../../src/core/session/logState.ts';
import { bookedOf } from '../../src/core/session/bookFacts.ts';

const dayAt = Date.UTC(2026, 10, 20);
const start = dayAt / 1000;
const names = 16;
const pids = 32_768;
const linesOfSession = 4;
const linesOfBlock = 4096;

/** Four forms for each of the names: received, authenticated, authorized, disconnection. */
function formsOf(keyIs: 'pid' | 'id'): RecurringForm[] {
  return Array.from({ length: names }, (_, number) => [
    'connection received: host=10.0.0.7 port=1',
    `connection authenticated: identity="app${number}" method=scram-sha-256 (/etc/pg_hba.conf:4)`,
    `connection authorized: user=app${number} database=shop application_name=web`,
    `disconnection: session time: 0:00:00.000 user=app${number} database=shop host=10.0.0.7 port=1`,
  ])
    .flat()
    .map((message) => {
      const identity = keyIs === 'id' ? { sessionId: '1.1', sessionStartAt: 1000 } : {};
      const entry: LogEntry = { severity: 'LOG', message, at: dayAt, pid: 1, ...identity };
      return { entry, message: parseConnectionMessage(entry) } as RecurringForm;
    });
}

/** Lets so many sessions come and go, so many of them open at a time; lines are given to `apply` in blocks. */
function story(
  forms: readonly RecurringForm[],
  sessions: number,
  open: number,
  apply: (block: LineBlock) => void,
): void {
  const numbers = new Float64Array(linesOfBlock * lineNumbers);
  let count = 0;
  let offset = 0;
  const tell = (): void => {
    apply({ numbers, count, forms, hosts: ['10.0.0.7'], fileNumber: 1, arrivedAt: 0 });
    count = 0;
  };
  const say = (session: number, step: number): void => {
    const from = count * lineNumbers;
    offset += 120;
    numbers[from + lineAtIn] = dayAt + offset / 120;
    numbers[from + lineStartIn] = start + session;
    numbers[from + lineTimeMsIn] = step === 3 ? open * 4 : 0;
    numbers[from + lineOffsetIn] = offset;
    numbers[from + linePidIn] = 1000 + (session % pids);
    numbers[from + lineFormIn] = (session % names) * linesOfSession + step;
    numbers[from + lineEntryPortIn] = -1;
    numbers[from + lineHostIn] = step === 0 || step === 3 ? 0 : -1;
    numbers[from + lineMessagePortIn] = step === 0 || step === 3 ? 1024 + (session % 60_000) : -1;
    count += 1;
    if (count === linesOfBlock) tell();
  };
  for (let session = 0; session < sessions; session += 1) {
    for (let step = 0; step < 3; step += 1) say(session, step);
    if (session >= open) say(session - open, 3);
  }
  tell();
}

/** CPU time of this process, ms: other work on the machine counts less than by the clock. */
const cpuMs = (): number => process.cpuUsage().user / 1000;

/** Ns of CPU for a line. */
function timed(sessions: number, open: number, keyIs: 'pid' | 'id', byLines: boolean): number {
  const state = new LogState(200_000);
  const forms = formsOf(keyIs);
  let lines = 0;
  const apply = byLines
    ? (block: LineBlock): void => state.applyLines(block)
    : (block: LineBlock): void => {
        for (let index = 0; index < block.count; index += 1) state.apply(bookedOf(lineOf(block, index)));
      };
  const begun = cpuMs();
  story(forms, sessions, open, (block) => {
    lines += block.count;
    apply(block);
  });
  return ((cpuMs() - begun) * 1e6) / lines;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;

for (const keyIs of ['pid', 'id'] as const)
  for (const open of [300, 5000]) {
    const rounds = Array.from({ length: 5 }, () => ({
      line: timed(500_000, open, keyIs, true),
      entry: timed(50_000, open, keyIs, false),
    }));
    const line = median(rounds.map((round) => round.line));
    const entry = median(rounds.map((round) => round.entry));
    console.log(
      `key ${keyIs}, ${open} open: ${line.toFixed(0)} ns a line, ${entry.toFixed(0)} ns an entry (${(entry / line).toFixed(0)}x)`,
    );
  }
