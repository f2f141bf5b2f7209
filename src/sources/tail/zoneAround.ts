import type { LogClock } from '../../core/log/logTimestamp.ts';
import type { Zone } from './wasmScan.ts';

/** No zone changes its clocks within a quarter of an hour. */
const quarterMs = 900_000;

/** How a zone of the log looks around a time in it, ms as if it were UTC. */
export function zoneAround(zone: string, localMs: number, clock: LogClock | undefined): Zone {
  const fromMs = Math.floor(localMs / quarterMs) * quarterMs;
  return { fromMs, offsetMs: clock ? localMs - clock.instant(localMs, zone) : 0 };
}
