import type { Crowd } from './crowd.ts';
import type { LogWriter } from './logWriter.ts';
import { bodyOf, logOf, type Body, type ServerProcess } from './record.ts';
import { stampOfSecond } from './stamp.ts';
import type { TruthBook } from './truthBook.ts';

const version =
  'PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0, 64-bit';
const minuteMs = 60_000;

/** A server through its starts, stops and crashes, with its clients. */
export class Server {
  readonly #log: LogWriter;
  readonly #truth: TruthBook;
  readonly #crowd: Crowd;
  #postmaster: ServerProcess;
  readonly #processes = new Map<string, ServerProcess>();

  constructor(log: LogWriter, truth: TruthBook, crowd: Crowd) {
    this.#log = log;
    this.#truth = truth;
    this.#crowd = crowd;
    this.#postmaster = this.#starts();
    this.#process('startup', `database system was shut down at ${stampOfSecond(log.now - minuteMs)}`);
    this.#isReady();
  }

  /** A line of a process that serves no client. */
  says(backendType: string, body: Body): void {
    let process = this.#processes.get(backendType);
    if (!process) {
      process = this.#log.fork(backendType, true);
      this.#processes.set(backendType, process);
    }
    this.#log.say(process, body);
  }

  /** What can befall a server, in turn. */
  upheaval(number: number): void {
    this.#crowd.settle();
    switch (number % 4) {
      case 0:
        return this.#crashes();
      case 1:
        return this.#restarts();
      case 2:
        return this.#isStoppedAtOnce();
      default:
        return this.#losesPower();
    }
  }

  /** A backend dies, and takes all others with it. */
  #crashes(): void {
    const [victim] = this.#crowd.sessions;
    const pid = victim?.process.pid ?? 1;
    const at = this.#postmasterSays(
      `server process (PID ${pid}) was terminated by signal 11: Segmentation fault`,
      { detail: 'Failed process was running: SELECT broken_extension(1)' },
    );
    this.#truth.problems += 1;
    this.#truth.lose(pid, at);
    this.#crowd.areGone(this.#postmasterSays('terminating any other active server processes'));
    this.#log.pass(30);
    this.#crowd.isTurnedAway('the database system is in recovery mode');
    this.#postmasterSays('all server processes terminated; reinitializing');
    this.#recovers();
  }

  /** An orderly stop, and a start some minutes later. */
  #restarts(): void {
    this.#postmasterSays('received fast shutdown request');
    this.#postmasterSays('aborting any active transactions');
    const [left] = this.#processes.values();
    this.#crowd.areSentAway(() => {
      this.#postmasterSays(
        `background worker "logical replication launcher" (PID ${left?.pid ?? 7}) exited with exit code 1`,
      );
      this.#crowd.isTurnedAway('the database system is shutting down');
      this.#process('checkpointer', 'shutting down');
    });
    // who had switched log_disconnections off went without a word
    this.#crowd.areGone(this.#postmasterSays('database system is shut down'));
    const stoppedAt = this.#log.now;
    this.#isDown();
    this.#postmaster = this.#starts();
    this.#process('startup', `database system was shut down at ${stampOfSecond(stoppedAt)}`);
    this.#isReady();
  }

  #isStoppedAtOnce(): void {
    this.#crowd.areGone(this.#postmasterSays('received immediate shutdown request'));
    this.#postmasterSays('database system is shut down');
    this.#isDown();
    this.#postmaster = this.#starts();
    this.#recovers();
  }

  /** Only the next start tells. */
  #losesPower(): void {
    this.#isDown();
    this.#postmaster = this.#starts();
    this.#recovers();
  }

  #isDown(): void {
    this.#log.exit(this.#postmaster.pid);
    for (const { pid } of this.#processes.values()) this.#log.exit(pid);
    this.#processes.clear();
    this.#log.pass(50 * minuteMs);
  }

  #starts(): ServerProcess {
    this.#postmaster = this.#log.fork('postmaster', true);
    this.#crowd.areGone(this.#postmasterSays(`starting ${version}`));
    this.#postmasterSays('listening on IPv4 address "0.0.0.0", port 5432');
    this.#postmasterSays('listening on IPv6 address "::", port 5432');
    this.#postmasterSays('listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"');
    return this.#postmaster;
  }

  #recovers(): void {
    this.#process(
      'startup',
      `database system was interrupted; last known up at ${stampOfSecond(this.#log.now)}`,
    );
    this.#process('startup', 'database system was not properly shut down; automatic recovery in progress');
    this.#process('startup', 'redo starts at 0/14E25E0');
    this.#process('startup', 'invalid record length at 0/31DB668: wanted 24, got 0');
    this.#process(
      'startup',
      'redo done at 0/31DB620 system usage: CPU: user: 0.01 s, system: 0.04 s, elapsed: 0.07 s',
    );
    this.#process('checkpointer', 'checkpoint starting: end-of-recovery immediate wait');
    this.#isReady();
  }

  #isReady(): void {
    const startup = this.#processes.get('startup');
    this.#processes.delete('startup');
    if (startup) this.#log.exit(startup.pid);
    this.#postmasterSays('database system is ready to accept connections');
  }

  #process(backendType: string, message: string): void {
    this.#log.pass(4);
    this.says(backendType, logOf(message));
  }

  #postmasterSays(message: string, more: Partial<Body> = {}): number {
    this.#log.pass(2);
    return this.#log.say(this.#postmaster, bodyOf({ ...logOf(message), ...more }));
  }
}
