import { beginsLikeMessage, parseConnectionMessage } from '../connection/connectionMessage.ts';
import { quotedNames } from '../connection/quotedNames.ts';
import { labelAt, labelIn } from './labels.ts';
import { firstMessage, verboseCode } from './nameEvidence.ts';
import type { LabelledLine } from './prefixFit.ts';
import { longestPrefix } from './prefixMatcher.ts';
import type { KnownFields } from './prefixTemplate.ts';

/** Lines looked at: of connections, which tell what the prefix holds, and of anything else. */
export interface SampleSize {
  readonly telling: number;
  readonly others: number;
}
export const most: SampleSize = { telling: 150, others: 100 };
/** So many are enough where a prefix in use leaves nothing open. */
export const few: SampleSize = { telling: 24, others: 12 };

/** Lines with a label, and how many of them tell something of what stands before it. */
export interface Sample {
  readonly lines: readonly LabelledLine[];
  readonly telling: number;
}

/** More than a label has. */
const longestLabel = 64;

/** The lines that have a label, each looked at when it is asked for first. */
export class LabelledLines {
  readonly #lines: readonly string[];
  readonly #labels: number;
  readonly #looked: (LabelledLine | undefined)[] = [];

  constructor(lines: readonly string[], labels: number) {
    this.#lines = lines;
    this.#labels = labels;
  }

  /** The first in their order: as many as are wanted of those that tell something, and of others. */
  first(size: SampleSize): Sample {
    let telling = 0;
    let others = 0;
    const lines: LabelledLine[] = [];
    for (let index = 0; index < this.#lines.length; index += 1) {
      if (telling >= size.telling && others >= size.others) break;
      const line = this.#at(index);
      if (!line) continue;
      const tells = knownFields(line) !== undefined;
      if (tells ? telling >= size.telling : others >= size.others) continue;
      if (tells) telling += 1;
      else others += 1;
      lines.push(line);
    }
    return { lines, telling };
  }

  #at(index: number): LabelledLine | undefined {
    if (index >= this.#looked.length) {
      const line = this.#lines[index] ?? '';
      this.#looked.push(line.startsWith('\t') ? undefined : labelledLine(line, this.#labels));
    }
    return this.#looked[index];
  }
}

/**
 * A line as that of its first labels divides it behind which a message stands that is known, else as the first does.
 * Undefined when it has none.
 */
export function labelledLine(line: string, mostLabels = 1): LabelledLine | undefined {
  let first: LabelledLine | undefined;
  const head = line.slice(0, longestPrefix + longestLabel);
  for (let at = labelIn(head, 0), labels = 0; at >= 0 && labels < mostLabels; at = labelIn(head, at + 1)) {
    const label = labelAt(line, at);
    if (!label || at > longestPrefix) break;
    labels += 1;
    const textAt = at + label.text.length;
    const { means } = label;
    const text = line.slice(textAt);
    const message = means === 'LOG' ? messageIn(text) : undefined;
    const names = means === 'FATAL' ? quotedNames(firstMessage(text), {}) : undefined;
    const found = { line, head: line.slice(0, at), label: means, textAt, message, names };
    if (message) return found;
    first ??= found;
  }
  return first;
}

function messageIn(text: string): LabelledLine['message'] {
  if (!beginsLikeMessage(text.replace(verboseCode, ''))) return undefined;
  return parseConnectionMessage({ severity: 'LOG', message: firstMessage(text) });
}

/** What the message of a line tells of its prefix. */
export function knownFields({ message, names }: LabelledLine): KnownFields | undefined {
  if (names && Object.values(names).some((name) => name !== undefined)) return { kind: 'refused', ...names };
  switch (message?.kind) {
    case 'received':
    case 'authorized':
    case 'disconnection':
      return message;
    default:
      return undefined;
  }
}
