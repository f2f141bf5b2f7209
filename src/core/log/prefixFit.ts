import type { ConnectionMessage } from '../connection/connectionMessage.ts';
import { labelAt, type SectionLabel } from './labels.ts';
import type { Severity } from './logEntry.ts';
import type { LogLinePrefix, PrefixedLine } from './logLinePrefix.ts';
import type { LogClock } from './logTimestamp.ts';
import { nameEvidence } from './nameEvidence.ts';

/** A line of a log with a label, from which a prefix is told. */
export interface LabelledLine {
  readonly line: string;
  /** What stands before the label. */
  readonly head: string;
  readonly label: Severity | SectionLabel;
  /** Index of the text after the label. */
  readonly textAt: number;
  /** What the line tells of a connection or of the server. */
  readonly message: ConnectionMessage | undefined;
}

/** How well a prefix fits the lines of a log: the lines that it reads, and how often a field agrees with a message or not. */
export interface PrefixFit {
  readonly understood: number;
  readonly agreed: number;
  readonly doubts: number;
  /** Lines read whose message nobody but a server writes. */
  readonly proofs: number;
  readonly score: number;
}

/** Clocks are read to the second in some prefixes, and sessions begin before they are received. */
const toleranceMs = 2500;

/** What a process can show (set_ps_display), and what one can be called: no name of a user or database looks like all of it. */
const commandTag =
  /^(?:idle(?: in transaction(?: \(aborted\))?)?|[A-Z][A-Z ]*|authentication|startup|initializing|streaming .*)(?: waiting)?$/;
const backendType = /^\w(?:[\w .()-]*\w)?$/;

type Fields = PrefixedLine['fields'];

/** Reads all lines with a prefix. What disagrees weighs more than a line that is not read. */
export function fitOf(prefix: LogLinePrefix, lines: readonly LabelledLine[], clock: LogClock): PrefixFit {
  const witness = new Witness();
  let understood = 0;
  let bare = 0;
  let misread = 0;
  let proofs = 0;
  let isBareProven = prefix.text === '';
  for (const labelled of lines) {
    const read = prefix.read(labelled.line, clock);
    if (!read) continue;
    understood += 1;
    if (read.textAt === labelled.textAt && isProof(labelled.message)) proofs += 1;
    if (read.textAt === labelAt(labelled.line, 0)?.text.length && prefix.text !== '') bare += 1;
    if (labelled.head === '' && labelled.message) isBareProven = true;
    if (labelled.message && read.textAt !== labelled.textAt) misread += 1;
    else witness.hear(read, labelled);
  }
  // `%q` at the beginning: other programs write lines that begin with a label too
  if (!isBareProven) understood -= bare;
  const agreed = witness.agreed;
  const doubts = witness.doubts + misread + (isBareProven ? 0 : bare);
  // a name holds any text: where two prefixes read as much, the one with fewer of them says more
  const names = ['u', 'd', 'a', 'b', 'i'].filter((letter) => prefix.has(letter)).length;
  // nearly every prefix tells the process
  const process = prefix.has('p') || prefix.has('c') ? 1 : 0;
  return {
    understood,
    agreed,
    doubts,
    proofs,
    score: understood * 2 + agreed / 3 - doubts * 4 - names / 10 + process,
  };
}

/** A name in an authorized message could be any text; an address and a duration are what they are. */
function isProof(message: ConnectionMessage | undefined): boolean {
  switch (message?.kind) {
    case 'received':
    case 'disconnection':
      return /^[^\s'"`]+$/.test(message.remoteHost);
    case 'ready':
    case 'server':
      return true;
    default:
      return false;
  }
}

/** Compares the fields of each line with what its message says, and with the earlier lines of the same session. */
class Witness {
  agreed = 0;
  #doubts = 0;
  readonly #received = new Map<string, Fields>();
  /** Processes whose client has been received, and which have not ended. */
  readonly #receivedPids = new Set<number>();
  #receivedCount = 0;
  #receivedAgain = 0;
  readonly #applications = new Map<number, string>();
  #serverPid: number | undefined;
  #newestAt = Number.NEGATIVE_INFINITY;

  get doubts(): number {
    // a process has one client, and its id comes back after an end that was not logged: seldom
    return this.#doubts + (this.#receivedAgain * 2 > this.#receivedCount ? this.#receivedAgain : 0);
  }

  hear({ fields, label, textAt }: PrefixedLine, { line, message }: LabelledLine): void {
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
  }

  /** Records come in the order of their times, give or take; no process writes before it was started. */
  #hearTimes({ at, sessionStartAt }: Fields): void {
    if (at === undefined) return;
    if (at < this.#newestAt - toleranceMs) this.#doubts += 1;
    this.#newestAt = Math.max(this.#newestAt, at);
    if (sessionStartAt !== undefined && at < sessionStartAt - toleranceMs) this.#doubts += 1;
  }

  #hearMessage(fields: Fields, message: ConnectionMessage): void {
    const { pid, applicationName } = fields;
    switch (message.kind) {
      case 'received':
        this.#hearRemote(fields, message);
        this.#hearType(fields, ['not initialized'], ['']);
        if (message.remotePort !== undefined)
          this.#received.set(`${message.remoteHost} ${message.remotePort}`, fields);
        if (pid === undefined) break;
        this.#receivedCount += 1;
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
        if (pid !== undefined) this.#receivedPids.delete(pid);
        this.#hearType(fields, ['client backend', 'walsender'], undefined);
        this.#hearEnd(fields, message.sessionTimeMs, `${message.remoteHost} ${message.remotePort ?? ''}`);
        const application = pid === undefined ? undefined : this.#applications.get(pid);
        if (application !== undefined && applicationName !== undefined)
          this.#says(application.startsWith(applicationName));
        break;
      }
      case 'server':
        if (['starting', 'listening', 'ready'].includes(message.what) && pid !== undefined) {
          if (message.what !== 'starting' && this.#serverPid !== undefined)
            this.#says(pid === this.#serverPid);
          this.#serverPid = pid;
        }
        break;
      default:
    }
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
    const { at, pid, sessionStartAt } = fields;
    if (at !== undefined && sessionStartAt !== undefined)
      this.#says(Math.abs(at - sessionTimeMs - sessionStartAt) < toleranceMs);
    const received = this.#received.get(address);
    if (!received) return;
    if (pid !== undefined) this.#says(pid === received.pid);
    if (at !== undefined && received.at !== undefined)
      this.#says(Math.abs(at - received.at - sessionTimeMs) < toleranceMs);
    if (sessionStartAt !== undefined) this.#says(sessionStartAt === received.sessionStartAt);
  }

  #says(agrees: boolean): void {
    if (agrees) this.agreed += 1;
    else this.#doubts += 1;
  }
}
