import type { Sentence } from '../sentence.ts';
import type { Finding } from '../server/finding.ts';
import { compareNames } from '../session/nameCounts.ts';
import type { ServerReport } from './serverReport.ts';

/** What a name names. */
export type NameKind = 'user' | 'database' | 'application' | 'host' | 'transaction';

/** Makes a name unrecognisable, or leaves it as it is. */
export interface Mask {
  readonly name: (kind: NameKind, name: string | undefined) => string | undefined;
  /** The same for whatever a sentence has in its places. */
  readonly sentence: (sentence: Sentence) => Sentence;
}

/** Leaves everything as it is. */
export const noMask: Mask = { name: (_, name) => name, sentence: (sentence) => sentence };

/** What stands in the sentences of findings beside names: figures, lengths of time, states and kinds of processes. */
const harmless =
  /^(?:[\d.]+(?:s|m \d+s|h \d+m|d \d+h)|unknown|\[local\]|active|idle(?: in transaction(?: \(aborted\))?)?|fastpath function call|disabled|starting|client backend|walsender|(?:parallel|autovacuum|background|logical replication) worker|autovacuum launcher)$/u;

/**
 * Masks the names and hosts of a report: `user-1`, `database-2`, … in the order of the names, so that the same sample is
 * always masked alike, in every format. A Unix socket is no name. A text that nobody knows is masked as well.
 */
export function maskOf(report: ServerReport): Mask {
  return maskOfNames(namesIn(report));
}

/** The same for whatever has these names; what stands for one is the same in the whole of a text. */
export function maskOfNames(names: Partial<Record<NameKind, readonly (string | undefined)[]>>): Mask {
  const kinds = Object.entries(names) as [NameKind, readonly (string | undefined)[]][];
  const tokens = new Map(kinds.map(([kind, names]) => [kind, tokensOf(kind, names)]));
  const others = new Map<string, string>();
  const anyToken = (text: string): string => {
    for (const known of tokens.values()) {
      const token = known.get(text);
      if (token !== undefined) return token;
    }
    if (harmless.test(text)) return text;
    const other = others.get(text) ?? `name-${others.size + 1}`;
    others.set(text, other);
    return other;
  };
  return {
    name: (kind, name) => (name === undefined ? undefined : (tokens.get(kind)?.get(name) ?? anyToken(name))),
    sentence: ({ message, args }) => ({
      message,
      args: args.map((arg) => (typeof arg === 'string' ? anyToken(arg) : arg)),
    }),
  };
}

function namesIn({ sample, findings }: ServerReport): Record<NameKind, (string | undefined)[]> {
  const { facts, backends, preparedTransactions } = sample;
  const limited = (kind: 'user' | 'database'): string[] =>
    facts.limits.filter((limit) => limit.kind === kind).map(({ name }) => name);
  return {
    user: [
      facts.user,
      ...facts.superusers,
      ...limited('user'),
      ...backends.map(({ user }) => user),
      ...preparedTransactions.map(({ owner }) => owner),
    ],
    database: [
      ...limited('database'),
      ...backends.map(({ database }) => database),
      ...preparedTransactions.map(({ database }) => database),
    ],
    application: [...backends.map(({ applicationName }) => applicationName), ...churning(findings)],
    host: [facts.host, ...backends.map(({ clientAddress }) => clientAddress)].filter(
      (host) => host !== '[local]',
    ),
    transaction: preparedTransactions.map(({ gid }) => gid),
  };
}

/** Applications that only the log knows. */
function churning(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ kind }) => kind === 'churn')
    .flatMap(({ sentence }) => sentence.args.filter((arg) => typeof arg === 'string').slice(0, 1));
}

function tokensOf(kind: NameKind, names: readonly (string | undefined)[]): Map<string, string> {
  const known = [...new Set(names.filter((name) => name !== undefined))].sort(compareNames);
  return new Map(known.map((name, index) => [name, `${kind}-${index + 1}`]));
}
