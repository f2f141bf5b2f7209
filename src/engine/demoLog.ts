import type { DiscoveredLog } from '../core/log/logPlace.ts';

/** What a recorded log plays, as a log. */
export function demoLog(recordedPath: string): DiscoveredLog {
  return {
    id: 'demo',
    kind: 'demo',
    origin: { kind: 'demo', recordedPath },
    path: 'Demo',
    running: true,
    settings: {},
    connectionLogging: 'unknown',
  };
}
