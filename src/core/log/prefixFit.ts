import type { ConnectionMessage } from '../connection/connectionMessage.ts';
import type { QuotedNames } from '../connection/quotedNames.ts';
import { labelAt } from './labels.ts';
import type { SectionLabel } from './labelTexts.ts';
import type { Severity } from './logEntry.ts';
import type { LogLinePrefix } from './logLinePrefix.ts';
import type { LogClock } from './logTimestamp.ts';
import { PrefixWitness } from './prefixWitness.ts';

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
  /** The names that a FATAL quotes. */
  readonly names?: QuotedNames | undefined;
}

/** How well a prefix fits the lines of a log: the lines that it reads, and how often a field agrees with a message or not. */
export interface PrefixFit {
  readonly understood: number;
  readonly agreed: number;
  /** Lines whose message names the user and the database that were read before it. */
  readonly named: number;
  /** Lines before whose message the application stands whose session it is. */
  readonly applications: number;
  readonly doubts: number;
  /** Lines read whose message nobody but a server writes. */
  readonly proofs: number;
  readonly score: number;
}

/**
 * Reads all lines with a prefix, up to the first that it does not read if it `mustReadAll`: undefined then. What disagrees
 * weighs more than a line that is not read.
 */
export function fitOf(
  prefix: LogLinePrefix,
  lines: readonly LabelledLine[],
  clock: LogClock,
  mustReadAll = false,
): PrefixFit | undefined {
  const witness = new PrefixWitness();
  let understood = 0;
  let bare = 0;
  let misread = 0;
  let proofs = 0;
  let isBareProven = prefix.text === '';
  for (const labelled of lines) {
    const read = prefix.read(labelled.line, clock);
    if (!read && mustReadAll) return undefined;
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
    named: witness.named,
    applications: witness.applied,
    doubts,
    proofs,
    score:
      understood * 2 + agreed / 3 - doubts * 4 - names / 10 + process - (witness.startsAreProven ? 0 : 0.5),
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
