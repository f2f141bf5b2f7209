import { homedir } from 'node:os';
import { jsonText } from '../core/report/jsonText.ts';
import { listDocument, listText } from '../core/report/listText.ts';
import { discoverLogs } from '../sources/discovery/discover.ts';
import { machinePlaces } from '../sources/discovery/places.ts';
import { colour, print } from './terminal.ts';

/** `connections list`: the servers and logs of this machine. Answers the exit code. */
export async function list(json: boolean): Promise<number> {
  const logs = await discoverLogs(machinePlaces([process.cwd()]));
  if (json) return print(jsonText(listDocument(logs), 2));
  return print(listText(logs, { colour: colour(), home: homedir() }));
}
