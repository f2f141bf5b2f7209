/** Refused logins, ended sessions and problems of the server, as views draw them: plain values, to which a view adds nothing. Instants are ms since the epoch (UTC); missing is undefined. */
import type { Sentence } from '../sentence.ts';

/** failure = refused login; ending = session ended by the server; problem = about the server itself. */
export type TroubleCategory = 'failure' | 'ending' | 'problem';

/** One refused login, ended session or server problem. */
export interface Trouble {
  /** Number of the event within its source, ascending in log order. */
  readonly id: number;
  readonly category: TroubleCategory;
  /** Stable short word: `password`, `unknownDatabase`, `administratorCommand`, `crash`, … (core/connection/failure.ts). */
  readonly kind: string;
  readonly severity: string;
  readonly at?: number | undefined;
  readonly pid?: number | undefined;
  readonly sqlState?: string | undefined;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly statement?: string | undefined;
  /** What an extension wrote to the server's stderr past the log: a panic of its thread, or before a crash. */
  readonly rawText?: string | undefined;
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  readonly applicationName?: string | undefined;
  readonly remoteHost?: string | undefined;
  /** The file as it was called when it was read, and where the entry starts in it. */
  readonly file: string;
  readonly offsetBytes: number;
}

/** Repeats of one trouble within 15 minutes, drawn as one row. */
export interface TroubleGroup {
  /** Stable while the group lives. */
  readonly key: string;
  readonly category: TroubleCategory;
  readonly kind: string;
  readonly sqlState?: string | undefined;
  /** Message of the newest member. */
  readonly message: string;
  readonly user?: string | undefined;
  readonly database?: string | undefined;
  readonly remoteHost?: string | undefined;
  readonly count: number;
  readonly firstAt?: number | undefined;
  readonly lastAt?: number | undefined;
  /** What it means, in one sentence, and what to do next. */
  readonly meaning: Sentence;
  readonly nextStep: Sentence;
  /** The pg_hba.conf line that DETAIL names, or a source line that a Rust panic names. */
  readonly link?: { readonly path: string; readonly line: number } | undefined;
  /** The newest 50, newest first. */
  readonly members: readonly Trouble[];
  readonly acknowledged: boolean;
}

/** The Failures view: newest first in each list. */
export interface TroubleLists {
  readonly failures: readonly TroubleGroup[];
  readonly endings: readonly TroubleGroup[];
  readonly problems: readonly TroubleGroup[];
  /** How many entries the mute rules hide. */
  readonly muted: number;
}
