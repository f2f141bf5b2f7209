// How long a recurring line takes in the book, and an entry of the same log: `node test/bench/book.ts`.
import type { RecurringForm, RecurringLine } from '../../src/core/log/recurring.ts';
import type { LogEntry } from '../../src/core/log/logEntry.ts';
import { parseConnectionMessage } from '../../src/core/connection/connectionMessage.ts';
import { LogState } from '../../src/core/session/logState.ts';
import { entryOf } from '../../src/core/log/recurring.ts';

const dayAt = Date.UTC(2026, 10, 20);
const start = dayAt / 1000;
const names = 16;
const pids = 32_768;
const linesOfSession = 4;

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

/** Lets so many sessions come and go, so many of them open at a time; each line is given to `apply`. */
function story(
  forms: readonly RecurringForm[],
  sessions: number,
  open: number,
  apply: (line: RecurringLine) => void,
): void {
  const line: RecurringLine = {
    ...{ form: forms[0]!, formNumber: 0, at: dayAt, pid: 0, startSeconds: start, entryPort: -1 },
    ...{ messagePort: -1, sessionTimeMs: 0, fileNumber: 1, offsetBytes: 0, arrivedAt: 0 },
  };
  const say = (session: number, step: number): void => {
    line.formNumber = (session % names) * linesOfSession + step;
    line.form = forms[line.formNumber]!;
    line.pid = 1000 + (session % pids);
    line.startSeconds = start + session;
    line.messagePort = step === 0 || step === 3 ? 1024 + (session % 60_000) : -1;
    line.sessionTimeMs = step === 3 ? open * 4 : 0;
    line.offsetBytes += 120;
    line.at += 1;
    apply(line);
  };
  for (let session = 0; session < sessions; session += 1) {
    for (let step = 0; step < 3; step += 1) say(session, step);
    if (session >= open) say(session - open, 3);
  }
}

/** CPU time of this process, ms: other work on the machine counts less than by the clock. */
const cpuMs = (): number => process.cpuUsage().user / 1000;

/** Ns of CPU for a line. */
function timed(sessions: number, open: number, keyIs: 'pid' | 'id', byLines: boolean): number {
  const state = new LogState(200_000);
  const forms = formsOf(keyIs);
  let lines = 0;
  const apply = byLines
    ? (line: RecurringLine): void => state.applyRecurring(line)
    : (line: RecurringLine): void =>
        state.apply({
          entry: entryOf(line),
          place: { fileNumber: 1, offsetBytes: line.offsetBytes },
          arrivedAt: 0,
        });
  const begun = cpuMs();
  story(forms, sessions, open, (line) => {
    lines += 1;
    apply(line);
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
