/**
 * The messages between the editor's host and the engine: plain data, one union per direction. Everything that belongs to
 * a log carries its source id; nothing assumes that there is only one.
 */
import type { DiscoveredLog } from '../core/log/logPlace.ts';
import type { PoolFindingChange, PoolStatus } from '../core/pool/poolSnapshot.ts';
import type { Sentence } from '../core/sentence.ts';
import type { FindingChange, ServerThresholds } from '../core/server/finding.ts';
import type { ServerStatus } from '../core/server/serverSnapshot.ts';
import type { SourceStatus } from '../core/snapshot/sourceStatus.ts';
import type { LogQuestions } from './logQuestions.ts';
import type { PoolQuestions } from './poolQuestions.ts';
import type { ServerQuestions } from './serverQuestions.ts';

/** Every question that the host asks the engine, with its answer. */
export interface EngineQuestions extends LogQuestions, ServerQuestions, PoolQuestions {
  /** Writes what configures another program, with the thresholds in use, to a file. */
  exportConfig: {
    ask: { format: 'panels' | 'grafana' | 'prometheus'; path: string; thresholds: ServerThresholds };
    answer: undefined;
  };
}

export type QuestionName = keyof EngineQuestions;

/** Of the questions about one log. */
export type LogQuestionName = {
  [Q in QuestionName]: EngineQuestions[Q]['ask'] extends { sourceId: string } ? Q : never;
}[QuestionName];

/** Host → engine. */
export type ToEngine = {
  [Q in QuestionName]: { readonly id: number; readonly question: Q; readonly ask: EngineQuestions[Q]['ask'] };
}[QuestionName];

/** Host → engine, the last word: sources end, checkpoints are written, the thread exits. */
export type EngineFarewell = 'close';

/** Engine → host. `changed` comes at most ten times a second for each source, however much happened. */
export type FromEngine =
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly sentence: Sentence }
  | { readonly type: 'changed'; readonly status: SourceStatus }
  /** The live server: at most ten times a second. */
  | {
      readonly type: 'server';
      readonly status: ServerStatus;
      /** What began, became critical or ended since the last message, oldest first. */
      readonly changes: readonly FindingChange[];
    }
  /** A followed pool: at most ten times a second for each. */
  | {
      readonly type: 'pool';
      readonly status: PoolStatus;
      /** What began, became critical or ended since the last message, oldest first. */
      readonly changes: readonly PoolFindingChange[];
    }
  /** Discovery found a server started later than the followed one. */
  | { readonly type: 'newestServer'; readonly log: DiscoveredLog }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly text: string };
