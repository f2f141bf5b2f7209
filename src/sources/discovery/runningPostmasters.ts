import { resolve } from 'node:path';
import { readCommandLine } from './commandLine.ts';
import type { Places } from './places.ts';
import { runningServerProcesses } from './serverProcess.ts';
import type { Sighting } from './sighting.ts';

/**
 * Every postmaster that runs on this machine (Linux /proc, elsewhere `ps`), with its data directory: where the
 * process works, else `-D` of its command line.
 */
export async function findRunningPostmasters(places: Places): Promise<Sighting[]> {
  const processes = await runningServerProcesses(places);
  return processes.map((process) => {
    const { dataDirectory } = readCommandLine(process.argv);
    const named =
      dataDirectory === undefined ? undefined : resolve(process.workingDirectory ?? '/', dataDirectory);
    const ours = process.inContainer ? undefined : (process.workingDirectory ?? named);
    return { kind: 'postmaster', dataDirectory: ours, process };
  });
}
