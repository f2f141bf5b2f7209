import type { ConnectionMessage } from '../connection/connectionMessage.ts';
import type { PrefixedLine } from './logLinePrefix.ts';
import { nameEvidence } from './nameEvidence.ts';
import type { LabelledLine } from './prefixFit.ts';

/** Clocks are read to the second in some prefixes, and sessions begin before they are received. */
const toleranceMs = 2500;
/** Zones differ by multiples of this, and by so much at most. */
const zoneStepMs = 15 * 60_000;
const mostZonesMs = 26 * 3_600_000;

/** What a process can show (set_ps_display), and what one can be called: no name of a user or database looks like all of it. */
const commandTag =
  /^(?:idle(?: in transaction(?: \(aborted\))?)?|[A-Z][A-Z ]*|authentication|startup|initializing|streaming .*)(?: waiting)?$/;
const backendType = /^\w(?:[\w .()-]*\w)?$/;

type Fields = PrefixedLine['fields'];

/** Compares the fields of each line with what its message says, and with the earlier lines of the same session. */
export class PrefixWitness {
  agreed = 0;
  /** Lines whose message names the user and the database that stand before it. */
  named = 0;
  /** Lines before whose message the application stands whose session it is. */
  applied = 0;
  #doubts = 0;
  readonly #received = new Map<string, Fields>();
  /** Processes whose client has been received, and which have not ended. */
  readonly #receivedPids = new Set<number>();
  #receivedCount = 0;
  #receivedAgain = 0;
  readonly #applications = new Map<number, string>();
  #serverPid: number | undefined;
  /** How often a message of the server comes from the process that the last start told of, and how often not. */
  #fromServer = 0;
  #fromOthers = 0;
  #newestAt = Number.NEGATIVE_INFINITY;
  /** Clients that were received by process 1, and what others tell of theirs. */
  #firsts = 0;
  #laters = 0;
  #tellsProcesses = false;
  /** When each process was started. */
  readonly #starts = new Map<number, number>();
  #hasStarts = false;
  #hasOlderStarts = false;

  get doubts(): number {
    // a process has one client, and its id comes back after an end that was not logged: seldom
    const again = this.#receivedAgain * 2 > this.#receivedCount ? this.#receivedAgain : 0;
    // a start may lack the lines that it begins with
    const others = this.#fromOthers > Math.max(1, this.#fromServer) ? this.#fromOthers : 0;
    return this.#doubts + again + others + (this.numbersLines ? this.#firsts : 0);
  }

  /**
   * What is read as the id of a process is the number of a line (`%l`): 1 where a client is received, more in what follows,
   * and another in each line of the server. No client has the first process of all, which has no parent.
   */
  get numbersLines(): boolean {
    const isTold = this.#firsts > 0 && this.#firsts + this.#laters > 1;
    return isTold && !this.#tellsProcesses && this.#fromServer === 0;
  }

  /** What is taken for the start of a process is older than some of its lines: it is not just another time of theirs. */
  get startsAreProven(): boolean {
    return this.#hasOlderStarts || !this.#hasStarts;
  }

  hear({ fields, label, textAt }: PrefixedLine, { line, message, names: quoted }: LabelledLine): void {
    const names = nameEvidence(fields, label, line.slice(textAt));
    this.agreed += Math.min(Math.max(names, 0), 3);
    this.#doubts += Math.max(-names, 0);
    this.#hearTimes(fields);
    if (fields.commandTag !== undefined && !commandTag.test(fields.commandTag)) this.#doubts += 1;
    if (fields.backendType !== undefined && !backendType.test(fields.backendType)) this.#doubts += 1;
    // no process has that id: it is what a transaction or a query has that there is none of
    if (fields.pid === 0) this.#doubts += 1;
    if (fields.sqlState !== undefined && (label === 'LOG' || label === 'FATAL'))
      this.#says((fields.sqlState === '00000') === (label === 'LOG') || message === undefined);
    if (message) this.#hearMessage(fields, message);
    // the end of who was received, also of who was refused
    if (label === 'FATAL' && fields.pid !== undefined) this.#receivedPids.delete(fields.pid);
    if (fields.pid !== undefined && isSame(fields.applicationName, this.#applications.get(fields.pid)))
      this.applied += 1;
    if (message?.kind === 'authorized' || message?.kind === 'disconnection')
      this.named += isSame(fields.user, message.user) && isSame(fields.database, message.database) ? 1 : 0;
    for (const key of ['user', 'database', 'remoteHost'] as const)
      if (fields[key] !== undefined && quoted?.[key] !== undefined) this.#says(fields[key] === quoted[key]);
  }

  /** Records come in the order of their times, give or take; no process writes before its start, nor starts twice. */
  #hearTimes({ at, pid, sessionStartAt, sessionId }: Fields): void {
    if (sessionStartAt !== undefined && pid !== undefined) {
      if ((this.#starts.get(pid) ?? sessionStartAt) !== sessionStartAt) this.#doubts += 1;
      this.#starts.set(pid, sessionStartAt);
    }
    if (at === undefined) return;
    if (sessionStartAt !== undefined && sessionId === undefined) {
      this.#hasStarts = true;
      if (at - sessionStartAt >= 1000) this.#hasOlderStarts = true;
    }
    if (at < this.#newestAt - toleranceMs) this.#doubts += 1;
    this.#newestAt = Math.max(this.#newestAt, at);
    // that of a session id is of no zone, and that of the log may not be known
    const earlierMs = sessionId === undefined ? toleranceMs : mostZonesMs;
    if (sessionStartAt !== undefined && at < sessionStartAt - earlierMs) this.#doubts += 1;
  }

  #hearMessage(fields: Fields, message: ConnectionMessage): void {
    const { pid, applicationName } = fields;
    this.#hearNumber(pid, message);
    switch (message.kind) {
      case 'received':
        this.#hearRemote(fields, message);
        this.#hearType(fields, ['not initialized'], ['']);
        if (message.remotePort !== undefined)
          this.#received.set(`${message.remoteHost} ${message.remotePort}`, fields);
        if (pid === undefined) break;
        this.#receivedCount += 1;
        if (fields.sessionStartAt !== undefined) this.#starts.set(pid, fields.sessionStartAt);
        if (this.#receivedPids.has(pid)) this.#receivedAgain += 1;
        this.#receivedPids.add(pid);
        break;
      case 'authorized':
        this.#hearType(fields, ['client backend', 'walsender'], ['authentication', 'startup']);
        if (pid === undefined) break;
        // the log may begin between the two
        if (this.#receivedPids.has(pid)) this.agreed += 1;
        if (message.applicationName !== undefined) this.#applications.set(pid, message.applicationName);
        break;
      case 'disconnection': {
        this.#hearRemote(fields, message);
        if (pid !== undefined) {
          this.#receivedPids.delete(pid);
          this.#starts.delete(pid);
        }
        this.#hearType(fields, ['client backend', 'walsender'], undefined);
        this.#hearEnd(fields, message.sessionTimeMs, `${message.remoteHost} ${message.remotePort ?? ''}`);
        const application = pid === undefined ? undefined : this.#applications.get(pid);
        if (application !== undefined && applicationName !== undefined)
          this.#says(application.startsWith(applicationName));
        break;
      }
      case 'server':
        // up to 12, the collector gets to work after the first lines of a start
        if (['wasShutDown', 'wasInterrupted'].includes(message.what)) this.#serverPid = undefined;
        if (message.what === 'starting') this.#receivedPids.clear();
        if (['starting', 'listening', 'ready'].includes(message.what) && pid !== undefined) {
          if (message.what !== 'starting' && this.#serverPid !== undefined)
            this.#hearServer(pid === this.#serverPid);
          if (pid !== this.#serverPid) this.#receivedPids.clear();
          this.#serverPid = pid;
        }
        break;
      default:
    }
  }

  #hearNumber(pid: number | undefined, { kind }: ConnectionMessage): void {
    const isFirst = kind === 'received';
    if (!isFirst && kind !== 'authorized' && kind !== 'disconnection') return;
    if (isFirst !== (pid === 1)) this.#tellsProcesses = true;
    else if (isFirst) this.#firsts += 1;
    else this.#laters += 1;
  }

  #hearServer(isSame: boolean): void {
    if (isSame) {
      this.#fromServer += 1;
      this.agreed += 1;
    } else this.#fromOthers += 1;
  }

  #hearRemote(fields: Fields, told: { remoteHost: string; remotePort?: number | undefined }): void {
    if (fields.remoteHost !== undefined) this.#says(fields.remoteHost === told.remoteHost);
    if (fields.remotePort !== undefined) this.#says(fields.remotePort === told.remotePort);
  }

  #hearType(
    { backendType, commandTag }: Fields,
    types: readonly string[],
    tags: readonly string[] | undefined,
  ): void {
    if (backendType !== undefined) this.#says(types.includes(backendType));
    if (commandTag !== undefined && tags) this.#says(tags.includes(commandTag));
  }

  /** The session of a client's address and port is one process, and as old as its end says. */
  #hearEnd(fields: Fields, sessionTimeMs: number, address: string): void {
    const { at, pid, sessionStartAt, sessionId } = fields;
    if (at !== undefined && sessionStartAt !== undefined) {
      const offMs = at - sessionTimeMs - sessionStartAt;
      const zoneMs = sessionId === undefined ? 0 : Math.round(offMs / zoneStepMs) * zoneStepMs;
      this.#says(Math.abs(offMs - zoneMs) < toleranceMs);
    }
    const received = this.#received.get(address);
    if (!received) return;
    if (pid !== undefined) this.#says(pid === received.pid);
    if (at !== undefined && received.at !== undefined)
      this.#says(Math.abs(at - received.at - sessionTimeMs) < toleranceMs);
  }

  #says(agrees: boolean): void {
    if (agrees) this.agreed += 1;
    else this.#doubts += 1;
  }
}

function isSame(name: string | undefined, told: string | undefined): boolean {
  return name !== undefined && name === told;
}
