import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { explainFailure } from '../core/connection/failure.ts';
import type { IncidentFacts } from '../core/report/incidentNote.ts';
import { SentenceError } from '../core/sentence.ts';
import type { EngineQuestions, QuestionName } from '../protocol/engineMessages.ts';
import type { EngineSettings } from '../protocol/logQuestions.ts';
import type { FollowedSource } from './followedSource.ts';
import { scopeStart } from './sourceSnapshots.ts';

type Ask<Q extends QuestionName> = Omit<EngineQuestions[Q]['ask'], 'sourceId'>;
type Answer<Q extends QuestionName> = EngineQuestions[Q]['answer'];

/** The note of what happened in a stretch of the log; `limits` of its server, where that is connected. */
export async function answerIncident(
  source: FollowedSource,
  settings: EngineSettings,
  { scope, masked }: Ask<'incidentNote'>,
  limits: IncidentFacts['limits'],
): Promise<Answer<'incidentNote'>> {
  const fromAt = scope === 'all' ? undefined : scopeStart(source, settings, scope, Date.now());
  const { incidentText } = await import('./incidentText.ts');
  return { text: incidentText(source.fold, { fromAt }, { masked }, explainFailure, limits) };
}

/** Writes what configures another program. Rejects with a SentenceError when that cannot be written. */
export async function answerConfig({ format, path, thresholds }: Ask<'exportConfig'>): Promise<undefined> {
  const { configText } = await import('../core/report/exportText.ts');
  await writeTo(path, [configText(format, { server: thresholds })]);
  return undefined;
}

/** Writes a file. Rejects with a SentenceError when that cannot be written. */
export async function writeTo(path: string, text: Iterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(text), createWriteStream(path));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SentenceError('{0} cannot be written ({1}): choose another place.', path, why);
  }
}
