import { sentence } from '../../core/sentence.ts';
import type { Sentence } from '../../core/sentence.ts';
import type { Places } from '../discovery/places.ts';
import { readPostmaster } from '../discovery/postmaster.ts';
import { isServerProcess } from '../discovery/serverProcess.ts';

/**
 * Makes the server on this data directory read its configuration (SIGHUP), if one runs; what the user has to do
 * instead where that is not possible. A process that is not certainly the postmaster gets no signal.
 */
export async function reloadServer(dataDirectory: string | undefined, places: Places): Promise<Sentence[]> {
  const postmaster = dataDirectory === undefined ? undefined : await readPostmaster(dataDirectory, places);
  if (postmaster === undefined)
    return [sentence('No running server was found: the change takes effect when it is started or reloaded.')];
  const byHand = sentence(
    'The file is changed but the server may not be signalled from here: run "pg_ctl reload -D {0}" as its user.',
    postmaster.dataDirectory,
  );
  // on Windows every signal but a few ends the process
  if (places.platform === 'win32' || (await isServerProcess(postmaster.pid, places)) !== true)
    return [byHand];
  try {
    process.kill(postmaster.pid, 'SIGHUP');
    return [];
  } catch {
    return [byHand];
  }
}
