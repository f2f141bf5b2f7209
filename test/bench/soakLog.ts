import { appendFileSync, copyFileSync, existsSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { ServerLines, type Client } from '../engine/engineWorld.ts';
import { sessionTime } from './liveLoad.ts';

/** Counts that the log has told so far. */
export interface SoakTruth {
  connects: number;
  disconnects: number;
  lost: number;
  failures: number;
}

interface OpenClient extends Client {
  /** When it was let in, ms since the epoch. */
  readonly since: number;
}

const turnsKept = 3;
const mostPids = 32_768;

/** The log of a server that lives through hours in seconds, with the truth about it. */
export class SoakLog {
  readonly truth: SoakTruth = { connects: 0, disconnects: 0, lost: 0, failures: 0 };
  readonly open = new Map<number, OpenClient>();
  readonly directory: string;
  readonly lines: ServerLines;
  readonly #random: () => number;
  #name: string;
  #names: string[] = [];
  #pid = 1000;
  #sessions = 0;

  constructor(directory: string, name: string, beganAt: number, random: () => number) {
    this.directory = directory;
    this.#name = name;
    this.lines = new ServerLines(beganAt);
    this.#random = random;
    this.write(this.lines.start());
  }

  get path(): string {
    return join(this.directory, this.#name);
  }

  write(text: string): void {
    appendFileSync(this.path, text);
  }

  /** So many come, and as many of all leave, in any order; each has an application name of its own. */
  churn(sessions: number): void {
    const texts: string[] = [];
    for (let n = 0; n < sessions; n += 1) texts.push(this.#connect());
    const leaving = [...this.open.values()].sort(() => this.#random() - 0.5).slice(0, sessions);
    for (const client of leaving) texts.push(this.#disconnect(client));
    this.write(texts.join(''));
  }

  come(sessions: number): void {
    this.write(Array.from({ length: sessions }, () => this.#connect()).join(''));
  }

  /** So many are turned away, under names of all kinds. */
  storm(failures: number): void {
    const texts = Array.from({ length: failures }, (_, n) =>
      this.lines.refuse(this.#freePid(), `robot ${(this.#sessions + n) % 5000}`),
    );
    this.truth.failures += failures;
    this.write(texts.join(''));
  }

  /** The server is stopped at once and started again: who was connected is lost. */
  restart(): void {
    this.truth.lost += this.open.size;
    this.open.clear();
    this.write(this.lines.pass(2000).start());
  }

  rename(): void {
    this.#shift();
    renameSync(this.path, `${this.path}.1`);
    appendFileSync(this.path, '');
  }

  /** Only for a log that was read to its end: nothing is lost. */
  copyTruncate(): void {
    this.#shift();
    copyFileSync(this.path, `${this.path}.1`);
    truncateSync(this.path);
  }

  /** PostgreSQL's own rotation; the oldest file is removed. */
  newName(name: string): void {
    this.#names.push(this.path);
    this.#name = name;
    if (this.#names.length > turnsKept) rmSync(this.#names.shift() ?? '');
  }

  #shift(): void {
    rmSync(`${this.path}.${turnsKept}`, { force: true });
    for (let n = turnsKept; n > 1; n -= 1) {
      if (existsSync(`${this.path}.${n - 1}`)) renameSync(`${this.path}.${n - 1}`, `${this.path}.${n}`);
    }
  }

  #connect(): string {
    this.#sessions += 1;
    const client = { pid: this.#freePid(), application: `job ${this.#sessions}` };
    this.truth.connects += 1;
    const text = this.lines.connect(client);
    this.open.set(client.pid, { ...client, since: this.lines.at });
    return text;
  }

  #disconnect({ pid, since }: OpenClient): string {
    this.open.delete(pid);
    this.truth.disconnects += 1;
    const time = sessionTime(this.lines.at + 1 - since);
    const text = `LOG:  disconnection: session time: ${time} user=app database=shop host=[local]`;
    return this.lines.line(pid, text);
  }

  #freePid(): number {
    do this.#pid = (this.#pid % mostPids) + 2;
    while (this.open.has(this.#pid));
    return this.#pid;
  }
}
