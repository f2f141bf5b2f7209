import { incidentNote, type IncidentFacts, type NoteStyle } from '../core/report/incidentNote.ts';
import { incidentOf, type ExplainFailure } from '../core/session/incident.ts';
import type { TimeWindow } from '../core/session/peak.ts';
import type { LogFold } from './logFold.ts';

/** An incident note of what a log tells of a window; `limits` from its server, where that is connected. */
export function incidentText(
  fold: LogFold,
  window: TimeWindow,
  style: NoteStyle,
  explain: ExplainFailure,
  limits?: IncidentFacts['limits'],
): string {
  const report = fold.report({ bucketMinutes: 60 });
  const incident = incidentOf(fold.state, window, explain);
  return incidentNote(incident, { ...report, settings: fold.settings, limits }, style);
}
